// Keeps the frame of the tablet's pages, and nothing that belongs to a meeting or a person; shows pushed notices.
// What a person may see without a connection is kept by the page itself (tablet-snapshot.js), and goes at the sign-out.

const CACHE = "huiwu-shell-{{ version }}";
const SHELL = [{% for address in shell %}"{{ address|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const OFFLINE = "{{ offline|escapejs }}";
const PAGES = "{{ pages|escapejs }}";
// Where a page is led whose session is over; and the line may go on the way there.
const LOGIN = "{{ login|escapejs }}";
// Where the radio is there and nothing comes through, a person does not wait for it.
const PATIENCE_MS = 4000;
// And the files of the page that stands in are not waited for one by one.
const AWAY_MS = 60_000;
let awayAt = 0;

self.addEventListener("install", (event) => {
  // One missing file must not keep the worker from being installed.
  const add = (cache) => Promise.allSettled(SHELL.map((address) => cache.add(address)));
  event.waitUntil(caches.open(CACHE).then(add).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("huiwu-shell-") && name !== CACHE);
  const clear = (names) => Promise.all(old(names).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(clear).then(() => self.clients.claim()));
});

// The page of a guest network that says 200 would take away what one can go on working with.
const isOurs = ({ type, status, headers }) => type === "opaqueredirect" || (status < 500 && headers.has("X-Huiwu"));

async function page(request) {
  const late = new Promise((_resolve, reject) => { setTimeout(reject, PATIENCE_MS); });
  const asked = fetch(request).then((answer) => (isOurs(answer) ? answer : Promise.reject(answer)));
  asked.catch(() => {});
  try {
    const answer = await Promise.race([asked, late]);
    awayAt = 0;
    return answer;
  } catch {
    awayAt = Date.now();
    return (await caches.match(OFFLINE)) ?? asked;
  }
}

async function file(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  // Its name changes with what is in it, so what is kept is right; where names stay, the server is asked first.
  const isAway = Date.now() - awayAt < AWAY_MS;
  if (kept && (isAway || HASHED.test(new URL(request.url).pathname))) return kept;
  return fetch(request).catch(() => kept ?? Response.error());
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname.startsWith(PAGES) || pathname === LOGIN) event.respondWith(page(request));
    return;
  }
  if (SHELL.includes(pathname)) {
    event.respondWith(file(request));
  }
});

function told(event) {
  try {
    return event.data.json();
  } catch {
    return {};
  }
}

self.addEventListener("push", (event) => {
  const { title, body, tag, url, urgent } = told(event);
  const shown = self.registration.showNotification(title || "{{ name|escapejs }}", {
    body: body || "",
    tag: tag || "notice",
    icon: "{{ icon|escapejs }}",
    badge: "{{ icon|escapejs }}",
    requireInteraction: Boolean(urgent),
    data: { url: url || "{{ notices|escapejs }}" },
  });
  event.waitUntil(shown);
});

async function openPage(wanted) {
  const { origin } = self.location;
  // Only pages of this house, whatever a message says.
  const target = URL.canParse(wanted, origin) ? new URL(wanted, origin) : {};
  const address = target.origin === origin ? target.href : new URL("{{ notices|escapejs }}", origin).href;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((each) => each.url === address);
  return open ? open.focus() : self.clients.openWindow(address);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data.url));
});

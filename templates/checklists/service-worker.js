// Keeps the frame of the tablet's pages, and nothing that belongs to a meeting or a person.

const CACHE = "huiwu-shell-{{ version }}";
const SHELL = [{% for address in shell %}"{{ address|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const OFFLINE = "{{ offline|escapejs }}";
const PAGES = "{{ pages|escapejs }}";

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

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname.startsWith(PAGES)) event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
    return;
  }
  if (SHELL.includes(pathname)) {
    // Fresh where there is a connection: in development a file keeps its name when it changes.
    event.respondWith(fetch(request).catch(() => caches.match(request, { ignoreSearch: true })));
  }
});

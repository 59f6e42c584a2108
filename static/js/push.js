// Registers this browser for notices that arrive while no page is open. Permission is asked for on a click only.

const area = document.getElementById("browsers");

const show = (name) => {
  for (const part of area.querySelectorAll("[data-push]")) part.hidden = part.dataset.push !== name;
};

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function digest(endpoint) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return Array.from(new Uint8Array(hash), (each) => each.toString(16).padStart(2, "0")).join("");
}

function obstacle() {
  if (!globalThis.isSecureContext) return "insecure";
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis) || !("Notification" in globalThis)) {
    return "unsupported";
  }
  return Notification.permission === "denied" ? "denied" : "";
}

// A name its owner will know among others.
function ownName() {
  const agent = navigator.userAgent;
  const kinds = [["Edg/", "Edge"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
  const systems = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "Mac"], ["Linux", "Linux"]];
  const found = (list) => list.find(([part]) => agent.includes(part))?.[1];
  return [found(kinds), found(systems)].filter(Boolean).join(" · ");
}

// One made with another key of the house would be refused at each sending.
async function subscribed(registration) {
  const key = bytes(area.dataset.key);
  const present = await registration.pushManager.getSubscription();
  if (present && text(present.options.applicationServerKey) === area.dataset.key) return present;
  await present?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function fail(words) {
  const note = area.querySelector("[data-push-words]");
  note.textContent = words || note.dataset.default;
  show("failed");
  area.querySelector("form[data-push]").hidden = false;
}

async function register(form) {
  if ((await Notification.requestPermission()) !== "granted") {
    if (Notification.permission === "denied") show("denied");
    return;
  }
  const subscription = await subscribed(await navigator.serviceWorker.ready);
  const body = new FormData(form);
  body.set("endpoint", subscription.endpoint);
  for (const name of ["p256dh", "auth"]) body.set(name, text(subscription.getKey(name)));
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  const answer = await fetch(area.dataset.url, { method: "POST", body, headers });
  if (answer.ok) location.reload();
  else fail(answer.status === 422 ? await answer.text() : "");
}

// The row of this browser; without one it may be registered.
async function lookUp(registration) {
  const subscription = await registration.pushManager.getSubscription();
  const row = subscription && area.querySelector(`[data-endpoint="${await digest(subscription.endpoint)}"]`);
  show(row ? "" : "ready");
  if (!row) return;
  row.querySelector("[data-this]").hidden = false;
  row.querySelector("[data-removes]").addEventListener("submit", () => subscription.unsubscribe());
}

async function begin() {
  const reason = obstacle();
  show(reason);
  if (reason) return;
  const form = area.querySelector("form[data-push]");
  form.elements.label.value = ownName();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    register(form).catch(() => fail(""));
  });
  await navigator.serviceWorker.register("/service-worker.js");
  await lookUp(await navigator.serviceWorker.ready);
}

begin().catch(() => fail(""));

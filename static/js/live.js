// Passes news from /events to the page as live:step, live:booking, live:shift and live:notice on the body; polls when there is none.

import { isOurs } from "./ours.js";

const KINDS = ["step", "booking", "shift", "notice"];
// One approval changes dozens of steps; a page asks for them once.
const GATHER_MS = 200;
const POLL_MS = 30000;
const PATIENCE_MS = 4000;
// Browsers allow six connections for each host: a hidden page gives its own back.
const HIDDEN_MS = 20000;

let source = null;
let lastId = "";
let wasLost = false;
let poll = 0;
let patience = 0;
let hidden = 0;
const gathered = new Map();

function announce(kind, id) {
  if (gathered.has(kind)) {
    gathered.get(kind).push(id);
    return;
  }
  gathered.set(kind, [id]);
  setTimeout(() => {
    const ids = gathered.get(kind).filter((each) => each !== null);
    gathered.delete(kind);
    document.body.dispatchEvent(new CustomEvent(`live:${kind}`, { detail: { id: ids.at(-1) ?? null, ids } }));
  }, GATHER_MS);
}

function announceAll() {
  for (const kind of KINDS) announce(kind, null);
}

function markLost(lost) {
  document.documentElement.classList.toggle("is-offline", lost);
  if (!lost && wasLost) announceAll();
  wasLost = lost;
}

function keepPolling(on) {
  clearInterval(poll);
  poll = on ? setInterval(ask, POLL_MS) : 0;
}

// Without a stream: is the server there at all? If so, refresh what is shown and try the stream again.
async function ask() {
  try {
    const answer = await fetch("/notices/unread/", { redirect: "manual", headers: { "HX-Request": "true" } });
    const isLost = answer.type !== "opaqueredirect" && !(answer.ok && isOurs(answer));
    markLost(isLost);
    if (isLost) return;
    announceAll();
    if (source === null && !document.hidden) open();
  } catch {
    markLost(true);
  }
}

function open() {
  close();
  source = new EventSource(lastId ? `/events?after=${encodeURIComponent(lastId)}` : "/events");
  for (const kind of KINDS) {
    source.addEventListener(kind, (event) => {
      lastId = event.lastEventId;
      announce(kind, JSON.parse(event.data).id);
    });
  }
  source.addEventListener("hello", (event) => {
    lastId = event.lastEventId;
    // Away for so long that not all that was missed is repeated.
    if (JSON.parse(event.data).gap) announceAll();
    clearTimeout(patience);
    patience = 0;
    keepPolling(false);
    markLost(false);
  });
  source.addEventListener("error", () => {
    // Closed for good means that the server has no stream to give; otherwise the browser tries again by itself.
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      if (!poll) keepPolling(true);
    }
    patience ||= setTimeout(() => { patience = 0; ask(); if (!poll) keepPolling(true); }, PATIENCE_MS);
  });
}

function close() {
  source?.close();
  source = null;
}

async function refreshUnread() {
  const bell = document.querySelector('a[href$="/notices/"]');
  if (!bell) return;
  const answer = await fetch("/notices/unread/", { redirect: "manual" }).catch(() => null);
  if (!answer?.ok || !isOurs(answer)) return;
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const fresh = holder.content.firstElementChild;
  const shown = document.getElementById("unread");
  if (shown) shown.replaceWith(fresh);
  else bell.append(fresh);
  for (const each of document.querySelectorAll("[data-unread]")) {
    each.textContent = fresh.textContent;
    each.hidden = fresh.hidden;
  }
  const detail = { unread: Number(fresh.textContent), waiting: Number(fresh.dataset.waiting) };
  document.body.dispatchEvent(new CustomEvent("unread", { detail }));
}

for (const name of ["live:notice", "live:unread"]) document.body.addEventListener(name, refreshUnread);
addEventListener("offline", () => markLost(true));
addEventListener("online", () => { if (!document.hidden) open(); });
addEventListener("pagehide", close);
addEventListener("pageshow", (event) => { if (event.persisted) { open(); announceAll(); } });
document.addEventListener("visibilitychange", () => {
  clearTimeout(hidden);
  if (document.hidden) hidden = setTimeout(close, HIDDEN_MS);
  else if (source === null) { open(); if (!lastId) announceAll(); }
});

open();

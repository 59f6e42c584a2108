// The tablet: rings that count down, steppers, and taps that are never thought saved when they are not.

import { isOursXhr, personOfXhr } from "./ours.js";
import { isLeaving } from "./signing-out.js";
import { watchBar } from "./tablet-bar.js";
import { watchCalls } from "./tablet-calls.js";
import { hour, keepClock, serverNow } from "./tablet-clock.js";
import { watchEvidence } from "./tablet-evidence.js";
import { watchHandover } from "./tablet-handover.js";
import { watchKeptTaps } from "./tablet-kept-taps.js";
import { read, waiting } from "./tablet-queue.js";
import { watchPlain } from "./tablet-plain.js";
import { watchRings } from "./tablet-rings.js";
import { watchRows } from "./tablet-rows.js";
import { line, watchSending } from "./tablet-send.js";
import { renewSnapshot, takeSnapshot } from "./tablet-snapshot.js";
import { watchSound } from "./tablet-sound.js";
import { isSwiping, watchSwipes } from "./tablet-swipe.js";
import { watchTaps } from "./tablet-taps.js";
import { watchTogether } from "./tablet-together.js";
import { watchUndo } from "./tablet-undo.js";
import { takeHand } from "./tablet-who.js";

const STALE_AFTER = 90_000;
// What a reload would take away.
const HALF_DONE = ".is-typing, form[data-busy]";

const list = () => document.getElementById("list");

let until = "";
let readAt = 0;
let fresh = 0;

function noteRead() {
  const shown = list();
  if (!shown) return;
  keepClock(shown.dataset.at);
  // The day that the page was opened on; its heading is not read again.
  until ||= shown.dataset.until;
  readAt = Date.now();
  tellStale();
}

// What is on the screen is only as good as the moment it was read.
function tellStale() {
  const note = document.getElementById("stale");
  if (!note || !readAt) return;
  note.hidden = Date.now() - readAt < STALE_AFTER;
  note.querySelector("[data-stale-at]").textContent = hour(new Date(serverNow() - (Date.now() - readAt)));
}

function tick() {
  const clock = document.querySelector("[data-clock]");
  if (clock) clock.textContent = hour(new Date(serverNow()));
  tellStale();
  // A new day has other steps, another heading and other ends; without a connection the page kept here has them.
  const canReload = navigator.onLine || navigator.serviceWorker?.controller;
  if (until && serverNow() >= Date.parse(until) && canReload && !document.querySelector(HALF_DONE)) {
    until = "";
    location.reload();
  }
}

function refresh() {
  const shown = list();
  if (shown) globalThis.htmx?.trigger(shown, "refresh");
}

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "list" || event.detail.elt.id === "list") noteRead();
});

// Said by us, and of this very page: a guest network leads to addresses that we do not know either.
const isGone = (xhr) => xhr.status === 404 && isOursXhr(xhr) && new URL(xhr.responseURL).pathname === location.pathname;

// A meeting that is on no more has no page; why is said where the person's steps are.
document.body.addEventListener("htmx:responseError", ({ detail: { elt, xhr } }) => {
  if (elt.id === "list" && isGone(xhr) && !document.querySelector(HALF_DONE)) location.assign("/tablet/");
});

// In another window somebody else signed in: taps on their list would be credited to the person of this page.
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if ((personOfXhr(detail.xhr) ?? document.body.dataset.userId) === document.body.dataset.userId) return;
  detail.shouldSwap = false;
  location.reload();
});

// A row under a finger is not put in its place; the list is read again once it is let go.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "list" || !isSwiping()) return;
  event.detail.shouldSwap = false;
  clearTimeout(fresh);
  fresh = setTimeout(refresh, 1500);
});

addEventListener("online", refresh);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && Date.now() - readAt > 10_000) refresh();
});

noteRead();
tick();
setInterval(tick, 1000);
watchRings();
watchCalls();
watchTaps();
watchPlain();
watchEvidence();
watchSound();
watchSwipes();

// Where the browser keeps nothing (private windows of some), taps go straight to the server.
async function keepTaps() {
  await takeHand();
  await read();
  watchKeptTaps();
  watchRows();
  watchBar();
  watchUndo();
  watchTogether();
  watchHandover();
  document.addEventListener("queue:verdicts", () => {
    clearTimeout(fresh);
    if (!waiting().length) fresh = setTimeout(refresh, 150);
  });
  // While many taps are on their way the list would be read once for each batch, and be old at once.
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "list" && line.state === "sending" && waiting().length) event.preventDefault();
  });
  document.addEventListener("queue:verdicts", renewSnapshot);
  document.body.addEventListener("htmx:afterSwap", takeSnapshot);
  await watchSending();
  await takeSnapshot();
}

if (!isLeaving()) keepTaps().catch((error) => console.warn(error));

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js");

// A shared tablet with nobody at it: keys for the PIN, and what waits here from those who were.

import { forgetWhoLeft } from "./signing-out.js";
import { hour, keepClock, serverNow } from "./tablet-clock.js";
import { all } from "./tablet-store.js";

const LONGEST = 6;

// Nobody is signed in any more, whoever ended that: nobody has to be signed out, and nothing of theirs may be shown here
// when the connection goes.
if ("locked" in document.body.dataset) forgetWhoLeft();

function watchKeys() {
  const form = document.querySelector("form[data-pin]");
  if (!form) return;
  const input = form.elements.pin;
  form.querySelector(".keys").hidden = false;
  // The keys are on the page; a keyboard of its own would cover them.
  input.inputMode = "none";
  form.addEventListener("click", ({ target }) => {
    const key = target.closest("[data-digit], [data-erase]");
    if (!key) return;
    if ("digit" in key.dataset) input.value = (input.value + key.dataset.digit).slice(0, LONGEST);
    else input.value = input.value.slice(0, -1);
    input.focus();
  });
}

async function showWaiting() {
  const note = document.getElementById("kept-here");
  if (!note) return;
  const waiting = (await all()).filter((each) => each.state === "kept");
  note.hidden = !waiting.length;
  note.querySelector("[data-kept-count]").textContent = String(waiting.length);
}

function showConnection() {
  const note = document.getElementById("no-connection");
  if (note) note.hidden = navigator.onLine;
}

function tick() {
  const clock = document.querySelector("[data-clock]");
  if (clock) clock.textContent = hour(serverNow());
}

keepClock(document.querySelector("[data-clock]")?.dataset.at);
watchKeys();
showWaiting().catch((error) => console.warn(error));
showConnection();
for (const name of ["online", "offline"]) addEventListener(name, showConnection);
setInterval(tick, 10_000);
// Who is on shift changes while nobody looks; a page left open for hours would offer yesterday's.
if (document.querySelector(".faces")) setInterval(() => { if (navigator.onLine && !document.hidden) location.reload(); }, 600_000);
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js");

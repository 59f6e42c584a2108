// Work on the list that is kept here, tapped as ever. Back to the real page once the server answers.

import { isOurs } from "./ours.js";
import { watchBar } from "./tablet-bar.js";
import { watchCalls } from "./tablet-calls.js";
import { hour, serverNow } from "./tablet-clock.js";
import { watchEvidence } from "./tablet-evidence.js";
import { watchHandover } from "./tablet-handover.js";
import { divide } from "./tablet-kept-list.js";
import { watchKeptTaps } from "./tablet-kept-taps.js";
import { read, waiting } from "./tablet-queue.js";
import { watchRings } from "./tablet-rings.js";
import { watchRows } from "./tablet-rows.js";
import { line, watchSending } from "./tablet-send.js";
import { watchSound } from "./tablet-sound.js";
import { watchSwipes } from "./tablet-swipe.js";
import { watchTaps } from "./tablet-taps.js";
import { watchTogether } from "./tablet-together.js";
import { watchUndo } from "./tablet-undo.js";

const LOOK_MS = 5000;
// Opened at its own address it stands in for no page, and a reload would only bring it up again.
const standsIn = location.pathname !== "/tablet/offline/";

const by = (id) => document.getElementById(id);

function tick() {
  const clock = document.querySelector("[data-clock]");
  // Where nothing is kept the zone of the house is not known, and the tablet's may be another.
  if (clock.dataset.zone) clock.textContent = hour(serverNow());
}

const isChanged = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;

// Half typed, or being written: a reload would take it away.
function isBusy() {
  const form = by("kept-form");
  if (document.querySelector(".is-typing, form[data-busy]") || form.querySelector("input:focus, textarea:focus")) return true;
  return [...form.querySelectorAll("form:not([hidden]) :is(input:not([type=hidden]), textarea)")].some(isChanged);
}

function goBack() {
  if (!standsIn || isBusy()) return;
  if (line.state === "signed-out" || (line.state === "idle" && !waiting().length)) location.reload();
}

async function look() {
  try {
    // What the reload will ask for; else it brings this page up again, and cuts off what is on its way.
    const answer = await fetch(location.href, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(4000) });
    const isThere = answer.type === "opaqueredirect" || (isOurs(answer) && answer.status < 500);
    if (isThere && line.state !== "sending" && !isBusy()) location.reload();
  } catch {
    // Still away.
  }
}

export async function workOn() {
  if (standsIn) setInterval(look, LOOK_MS);
  await read();
  tick();
  watchTaps();
  watchKeptTaps();
  watchRows();
  for (const part of document.querySelectorAll("[inert]")) part.inert = false;
  performance.mark("kept-work");
  watchBar();
  watchUndo();
  watchTogether();
  watchHandover();
  watchSwipes();
  watchRings();
  watchCalls();
  watchEvidence();
  watchSound();
  setInterval(tick, 1000);
  setInterval(divide, 10_000);
  document.addEventListener("queue:line", goBack);
  await watchSending();
}

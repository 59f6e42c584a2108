// Sounds and vibrates when something is due or late while the page is open; only where it was switched on.

import { serverNow } from "./tablet-clock.js";
import { standingOf } from "./tablet-rows.js";
import { line } from "./tablet-send.js";
import { snapshot } from "./tablet-snapshot.js";
import { who } from "./tablet-who.js";

const KEPT_AS = "tablet-sound";
const LOOKED = "tablet-looked";
// A meeting's page shows colleagues' steps as well, which sound with them.
const OPEN = '[data-step][data-own][data-state="open"]';
const TONES = {
  due: { notes: [660, 880], vibration: [120, 80, 120] },
  late: { notes: [988, 740, 988, 740], vibration: [300, 120, 300, 120, 300] },
};
// A step that falls due is seen here and told by a notice: one sound for both.
const PAUSE_MS = 20_000;
// Between two pages something may fall due; what was due before that was late when the page was opened.
const BETWEEN_MS = 120_000;

let context = null;
let before = 0;
let known = null;
// Sounds of which the notice is still to come, once there is a connection.
let untold = 0;
let kept = { at: "", rows: [] };
const soundedAt = { due: 0, late: 0 };

function isOn() {
  try {
    return localStorage.getItem(KEPT_AS) === "on";
  } catch {
    return false;
  }
}

function keep(on) {
  try {
    localStorage.setItem(KEPT_AS, on ? "on" : "off");
  } catch {
    // Without storage there is nothing to switch on for longer than this page.
  }
}

// Browsers let a page sound only after a tap on it.
function wake() {
  context ||= new AudioContext();
  if (context.state === "suspended") context.resume().then(tellBlocked, () => {});
}

function tellBlocked() {
  const note = document.getElementById("sound-blocked");
  if (note) note.hidden = !isOn() || context?.state === "running";
}

function note(frequency, from) {
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0.0001, from);
  volume.gain.exponentialRampToValueAtTime(0.4, from + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.28);
  tone.connect(volume).connect(context.destination);
  tone.start(from);
  tone.stop(from + 0.3);
}

export function sound(level) {
  if (!isOn() || Date.now() - soundedAt[level] < PAUSE_MS) return false;
  soundedAt[level] = Date.now();
  const { notes, vibration } = TONES[level];
  navigator.vibrate?.(vibration);
  if (context?.state === "running") notes.forEach((each, number) => note(each, context.currentTime + number * 0.3));
  return true;
}

// What passed its moment since the last look.
export function passed(moments, from, until) {
  return moments.some((each) => each > from && each <= until);
}

function momentsOf(rows, selector, name) {
  return rows.flatMap((row) => [...row.querySelectorAll(selector)]).map((each) => Date.parse(each.getAttribute(name)));
}

const isAway = () => !navigator.onLine || line.state === "away" || document.documentElement.classList.contains("is-offline");

// Without a connection no notice tells of what this page does not show: the steps kept here do.
async function readKept() {
  const found = isAway() ? await snapshot() : null;
  if (!found || found.user !== who()?.id || found.at === kept.at) return;
  const holder = document.createElement("template");
  holder.innerHTML = found.html;
  kept = { at: found.at, rows: [...holder.content.querySelectorAll(OPEN)] };
}

function keptRows() {
  return kept.rows.filter(({ id, dataset }) => !document.getElementById(id) && !standingOf(dataset.step).length);
}

function lookAt(rows, now) {
  // The ring counts on from a tap that waits here, the time beside the title does not.
  const due = [...momentsOf(rows, ".step-when time", "datetime"), ...momentsOf(rows, "[data-ring]", "data-due")];
  const isDue = passed(due, before, now) && sound("due");
  const isLate = passed(momentsOf(rows, "[data-limit]", "data-limit"), before, now) && sound("late");
  if ((isDue || isLate) && isAway()) untold += 1;
}

function look() {
  const now = serverNow();
  if (before) lookAt([...document.querySelectorAll(OPEN), ...(isAway() ? keptRows() : [])], now);
  before = now;
  noteLook(now);
  readKept().catch((error) => console.warn(error));
}

function noteLook(now) {
  try {
    sessionStorage.setItem(LOOKED, String(now));
  } catch {
    // What falls due between two pages is shown as late by the next one.
  }
}

function lastLook() {
  try {
    const at = Number(sessionStorage.getItem(LOOKED));
    return serverNow() - at < BETWEEN_MS ? at : 0;
  } catch {
    return 0;
  }
}

function hear({ detail }) {
  if (known && detail.waiting > known.waiting) sound("late");
  else if (known && detail.unread > known.unread + untold) sound("due");
  untold = 0;
  known = detail;
}

function draw() {
  for (const button of document.querySelectorAll("[data-sound]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(isOn()));
  }
  tellBlocked();
}

export function watchSound() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-sound]");
    if (button) keep(!isOn());
    if (isOn()) wake();
    draw();
    if (button) sound("due");
  });
  document.body.addEventListener("unread", hear);
  // What was unread before the page was opened is no news.
  document.body.dispatchEvent(new CustomEvent("live:unread"));
  before = lastLook();
  setInterval(look, 1000);
  if (isOn()) wake();
  draw();
}

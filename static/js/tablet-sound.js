// Sounds and vibrates when something is due or late while the page is open; only where it was switched on.

import { serverNow } from "./tablet-clock.js";

const KEPT_AS = "tablet-sound";
const TONES = {
  due: { notes: [660, 880], vibration: [120, 80, 120] },
  late: { notes: [988, 740, 988, 740], vibration: [300, 120, 300, 120, 300] },
};
// A step that falls due is seen here and told by a notice: one sound for both.
const PAUSE_MS = 20_000;

let context = null;
let before = 0;
let known = null;
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
  if (!isOn() || Date.now() - soundedAt[level] < PAUSE_MS) return;
  soundedAt[level] = Date.now();
  const { notes, vibration } = TONES[level];
  navigator.vibrate?.(vibration);
  if (context?.state === "running") notes.forEach((each, number) => note(each, context.currentTime + number * 0.3));
}

// What passed its moment since the last look.
export function passed(moments, from, until) {
  return moments.some((each) => each > from && each <= until);
}

function momentsOf(selector, name) {
  return [...document.querySelectorAll(selector)].map((each) => Date.parse(each.getAttribute(name)));
}

function look() {
  const now = serverNow();
  if (before) {
    const open = '[data-step][data-state="open"]';
    // The ring counts on from a tap that waits here, the time beside the title does not.
    const due = [...momentsOf(`${open} .step-when time`, "datetime"), ...momentsOf(`${open} [data-ring]`, "data-due")];
    if (passed(due, before, now)) sound("due");
    if (passed(momentsOf(`${open} [data-limit]`, "data-limit"), before, now)) sound("late");
  }
  before = now;
}

function hear({ detail }) {
  if (known && detail.waiting > known.waiting) sound("late");
  else if (known && detail.unread > known.unread) sound("due");
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
  setInterval(look, 1000);
  if (isOn()) wake();
  draw();
}

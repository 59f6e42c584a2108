// What waits here, since when, and when the server was last heard: always in sight. What must be read stays until it is.

import { hour, serverNow } from "./tablet-clock.js";
import { acknowledge, toTell, waiting } from "./tablet-queue.js";
import { line, now } from "./tablet-send.js";
import { who } from "./tablet-who.js";

const area = () => document.getElementById("queue");
const STATES = ["is-clear", "is-waiting", "is-away", "is-signed-out"];

function age(at) {
  const minutes = Math.floor((Date.now() - at) / 60_000);
  const { min, h } = area().dataset;
  if (minutes < 1) return `< 1 ${min}`;
  return minutes < 120 ? `${minutes} ${min}` : `${Math.floor(minutes / 60)} ${h}`;
}

function stateOf(left) {
  if (line.state === "signed-out") return "is-signed-out";
  if (line.state === "away" || line.state === "forbidden" || !navigator.onLine) return "is-away";
  return left.length ? "is-waiting" : "is-clear";
}

function draw() {
  const box = area();
  if (!box) return;
  const left = waiting();
  const state = stateOf(left);
  for (const name of STATES) box.classList.toggle(name, name === state);
  box.querySelector("[data-unsent]").textContent = String(left.length);
  box.querySelector("[data-oldest]").textContent = left.length ? age(Math.min(...left.map((each) => each.at))) : "–";
  box.querySelector("[data-contact]").textContent = line.contactAt ? hour(line.contactAt) : "–";
  // Another person's taps wait here as well, and stay theirs.
  const names = [...new Set(left.filter((each) => each.user !== who()?.id).map((each) => each.name))];
  box.querySelector("[data-others]").hidden = !names.length;
  box.querySelector("[data-others] b").textContent = names.join(", ");
}

function typed({ fields }) {
  return Object.entries(fields).filter(([name]) => ["value", "note", "reason", "text", "sender", "recipient", "remark"].includes(name))
    .map(([, value]) => value).join(" · ");
}

function told(entry) {
  const item = document.getElementById("told-item").content.firstElementChild.cloneNode(true);
  const { answer, verdict, say } = entry.verdict;
  const isConflict = (verdict === "repeated" ? answer.first : verdict) !== "refused";
  item.classList.toggle("is-conflict", isConflict);
  item.querySelector("[data-label]").textContent = [entry.label, typed(entry)].filter(Boolean).join(" · ");
  item.querySelector("[data-when]").textContent = `${hour(entry.at + (serverNow() - Date.now()))} ${entry.name}`;
  const faults = Object.values(entry.verdict.faults ?? {}).join(" ");
  item.querySelector("[data-say]").textContent = faults || say || area().dataset.refused;
  item.querySelector("button").addEventListener("click", () => acknowledge([entry.seq]));
  return item;
}

function drawTold() {
  const list = document.getElementById("told");
  if (!list) return;
  // Each reads their own: what somebody else typed is not for whoever has the tablet now.
  const entries = toTell().filter((each) => each.user === who()?.id);
  list.hidden = !entries.length;
  const known = [...list.children].map((each) => each.dataset.seq).join();
  if (known === entries.map((each) => each.seq).join()) return;
  list.replaceChildren(...entries.map((entry) => {
    const item = told(entry);
    item.dataset.seq = entry.seq;
    return item;
  }));
}

export function watchBar() {
  document.addEventListener("queue", () => { draw(); drawTold(); });
  document.addEventListener("queue:line", draw);
  area()?.querySelector("[data-send]").addEventListener("click", now);
  setInterval(draw, 5000);
  draw();
  drawTold();
}

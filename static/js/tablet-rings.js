// Counts a round down: the ring empties until it is due, then says how long over, and names the breach.

import { serverNow } from "./tablet-clock.js";

const STATES = ["is-left", "is-due", "is-breach"];

export function span(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

export function stateAt(now, { due, limit }) {
  if (now < due) return "is-left";
  return limit && now >= limit ? "is-breach" : "is-due";
}

function draw(ring) {
  const [from, due, limit] = ["from", "due", "limit"].map((name) => Date.parse(ring.dataset[name]));
  const now = serverNow();
  const state = stateAt(now, { due, limit });
  const left = Math.min(Math.max((due - now) / Math.max(due - from, 1), 0), 1);
  for (const name of STATES) ring.classList.toggle(name, name === state);
  // Once due, the ring is full again in its new colour.
  ring.querySelector(".ring-value").setAttribute("stroke-dashoffset", String(state === "is-left" ? 100 - left * 100 : 0));
  ring.querySelector("[data-left]").textContent = span(due - now);
}

export function watchRings() {
  const all = () => document.querySelectorAll("[data-ring]").forEach(draw);
  all();
  setInterval(all, 1000);
  document.body.addEventListener("htmx:afterSwap", all);
}

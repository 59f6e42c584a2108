// Seconds left of a wish: counted down to its time, then said how long it is over.

import { serverNow } from "./tablet-clock.js";
import { span } from "./tablet-rings.js";

function draw(mark) {
  const left = Date.parse(mark.dataset.leftUntil) - serverNow();
  mark.textContent = left < 0 ? `+${span(left)}` : span(left);
  mark.classList.toggle("is-over", left < 0);
}

export function watchCalls() {
  const all = () => document.querySelectorAll("[data-left-until]").forEach(draw);
  all();
  setInterval(all, 1000);
  document.body.addEventListener("htmx:afterSwap", all);
}

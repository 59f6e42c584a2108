// One tap for all plain ticks of a phase that are open now: each is an event of its own, with a verdict of its own.

import { serverNow } from "./tablet-clock.js";
import { aboutStep, labelOf } from "./tablet-kept-taps.js";
import { keep } from "./tablet-queue.js";
import { offerUndo } from "./tablet-undo.js";
import { toast } from "./toast.js";

const LEAST = 2;

const rows = () => [...document.querySelectorAll("[data-together][data-state=open]")];
const isOpenNow = (row) => Date.parse(row.dataset.opens) <= serverNow();

function phases() {
  const found = new Map();
  for (const row of rows()) {
    if (!isOpenNow(row)) continue;
    found.set(row.dataset.together, [...(found.get(row.dataset.together) ?? []), row]);
  }
  return [...found].filter(([, own]) => own.length >= LEAST);
}

const titleOf = (row) => row.querySelector("h3").firstChild.textContent.trim();

function fill(box, own) {
  const [first] = own;
  box.querySelector("[data-room]").textContent = first.dataset.room;
  for (const name of box.querySelectorAll("[data-phase-name]")) name.hidden = name.dataset.phaseName !== first.dataset.phase;
  box.querySelector("[data-titles]").textContent = own.map(titleOf).join(" · ");
  for (const count of box.querySelectorAll("[data-count]")) count.textContent = String(own.length);
}

// Before the first of them, at the level of the list: a folded group does not hide it.
function put(box, own) {
  const first = own[0].closest(".group") ?? own[0];
  if (first.previousElementSibling !== box) first.before(box);
}

function draw() {
  const template = document.getElementById("together");
  if (!template) return;
  const known = new Map([...document.querySelectorAll("[data-together-bar]")].map((box) => [box.dataset.togetherBar, box]));
  for (const [name, own] of phases()) {
    const box = known.get(name) ?? template.content.firstElementChild.cloneNode(true);
    known.delete(name);
    box.dataset.togetherBar = name;
    const shown = own.map((row) => row.dataset.step).join();
    if (box.dataset.steps !== shown) { box.dataset.steps = shown; fill(box, own); }
    put(box, own);
  }
  for (const box of known.values()) box.remove();
}

async function tickAll(box) {
  const own = rows().filter((row) => row.dataset.together === box.dataset.togetherBar && isOpenNow(row));
  // Where they stood when it was tapped: the rows are drawn anew after each.
  const wanted = own.map((row) => ({ label: labelOf(row), ...aboutStep(row) }));
  const kept = [];
  for (const about of wanted) kept.push(await keep({ kind: "tick", ...about }));
  if (kept.length) offerUndo(kept);
}

export function watchTogether() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-together-bar] button");
    if (!button || button.disabled) return;
    button.disabled = true;
    tickAll(button.closest("[data-together-bar]"))
      // This browser cannot keep them (a full disk): one by one they go straight to the server.
      .catch(() => toast(document.getElementById("tablet-words").dataset.unkept, "error"))
      .finally(() => { button.disabled = false; draw(); });
  });
  document.addEventListener("queue", draw);
  document.body.addEventListener("htmx:afterSwap", draw);
  setInterval(draw, 5000);
  draw();
}

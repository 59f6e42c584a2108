// For ten seconds after a tick, or after several set together: taken back with one tap, also without a connection.

import { keep } from "./tablet-queue.js";

const OFFERED_MS = 10_000;

let offered = [];
let timer = 0;

const bar = () => document.getElementById("undo");

function draw() {
  const box = bar();
  if (!box) return;
  box.hidden = !offered.length;
  if (!offered.length) return;
  const several = offered.length > 1;
  box.querySelector("[data-undo-one]").hidden = several;
  box.querySelector("[data-undo-several]").hidden = !several;
  box.querySelector("[data-undo-count]").textContent = String(offered.length);
  box.querySelector("[data-undo-label]").textContent = several ? "" : offered[0].label;
  // The line that runs out begins anew.
  const line = box.querySelector(".undo-left");
  line.replaceWith(line.cloneNode(true));
}

function withdraw() {
  clearTimeout(timer);
  offered = [];
  draw();
}

export function offerUndo(entries) {
  offered = entries;
  clearTimeout(timer);
  timer = setTimeout(withdraw, OFFERED_MS);
  draw();
}

// Each tap by its own event behind its tick; the last one first, as the rows take them away.
async function takeBack() {
  const entries = offered.toReversed();
  withdraw();
  for (const { op, label, about } of entries) await keep({ kind: "undo", label, ...about, seen: op });
}

// Of what is offered only these; what did not change is not drawn anew, for its line would begin again.
function leave(isLeft) {
  const left = offered.filter(isLeft);
  if (left.length === offered.length) return;
  offered = left;
  if (offered.length) draw();
  else withdraw();
}

// Taken back in its row, nothing is left to offer for it; nor where the next round of it was skipped.
function forget({ detail }) {
  if (detail.kind !== "undo" && detail.kind !== "skip") return;
  const { seen, step } = detail.about;
  leave((each) => (seen ? each.op !== seen : each.about.step !== step));
}

// Refused: there is nothing to take back.
function hear({ detail: { op, verdict } }) {
  if (verdict.mustBeRead) leave((each) => each.op !== op);
}

export function watchUndo() {
  bar()?.querySelector("button").addEventListener("click", () => takeBack().catch((error) => console.warn(error)));
  document.addEventListener("queue:kept", forget);
  document.addEventListener("queue:settled", hear);
}

// Hand-overs kept here: what was typed stays in sight as saved here, then sent, and comes back where it was refused.

import { hour, serverNow } from "./tablet-clock.js";
import { justSent, waiting } from "./tablet-queue.js";
import { who } from "./tablet-who.js";

const KINDS = new Set(["handover", "handover_answer"]);
const forms = () => [...document.querySelectorAll("form[data-event^=handover]")];
const isRefused = ({ verdict }) => verdict?.verdict === "refused" || verdict?.answer?.first === "refused";

// An answer is about one hand-over; of offers there is one at a time.
const isAbout = (entry, form) => KINDS.has(entry.kind) && entry.kind === form.dataset.event && entry.user === who()?.id
  && (entry.fields.handover ?? "") === (form.elements.handover?.value ?? "");

function typed({ fields }) {
  return [fields.note, fields.reason].filter(Boolean).join(" · ");
}

function lineOf(entry) {
  const isSent = entry.state === "sent";
  const box = document.getElementById(isSent ? "handover-sent" : "handover-kept").content.firstElementChild.cloneNode(true);
  box.querySelector("[data-label]").textContent = entry.label;
  box.querySelector("[data-typed]").textContent = typed(entry);
  box.querySelector("time").textContent = hour(entry.at + (serverNow() - Date.now()));
  const link = box.querySelector("a");
  const made = entry.verdict?.answer?.handover;
  if (link && made) { link.href = `/tablet/handover/${made}/`; link.hidden = false; }
  return box;
}

const entryOf = (form) => [...justSent(), ...waiting()].findLast((each) => isAbout(each, form) && !isRefused(each));

// One word is given on a hand-over: the line stands where the first form was, and the others go as well.
function drawForm(form, number) {
  const entry = entryOf(form);
  form.hidden = Boolean(entry);
  const fold = form.closest("details");
  if (fold) fold.hidden = form.hidden;
  if (number) return;
  const shown = form.previousElementSibling?.matches(".handover-queued") ? form.previousElementSibling : null;
  const state = entry ? `${entry.op} ${entry.state}` : "";
  if ((shown?.dataset.state ?? "") === state) return;
  shown?.remove();
  if (!entry) return;
  const line = lineOf(entry);
  line.dataset.state = state;
  form.before(line);
}

const draw = () => forms().forEach(drawForm);

export function watchHandover() {
  document.addEventListener("queue", draw);
  draw();
}

// Forms of the tablet as events: checked as the server will check them, kept here, and drawn at once.

import { keep } from "./tablet-queue.js";
import { roundsOn } from "./tablet-rows.js";
import { line } from "./tablet-send.js";
import { toast } from "./toast.js";
import { offerUndo } from "./tablet-undo.js";
import { who } from "./tablet-who.js";

const OWN = new Set(["csrfmiddlewaretoken", "op", "wanted", "device_at", "back", "inside", "file_op", "photo", "signature"]);

const ANSWER_MS = 4000;
// Kinds of which the kind alone does not tell what is meant.
const IN_WORDS = { wish: ["object", "other"], incident: ["room", "device", "other"] };

const words = () => document.getElementById("tablet-words").dataset;
const rowOf = (form) => form.closest("[data-step]");

let isReady = false;

function kindOf(form) {
  if (form.hasAttribute("data-tick")) return form.elements.wanted.value === "open" ? "undo" : "tick";
  return form.dataset.event ?? "";
}

function fieldsOf(form, submitter) {
  const fields = {};
  for (const [name, value] of new FormData(form, submitter?.name ? submitter : null)) {
    if (!OWN.has(name) && typeof value === "string" && value.trim()) fields[name] = value.trim();
  }
  return fields;
}

function fileIn(form) {
  for (const name of ["photo", "signature"]) {
    const file = form.elements[name]?.files?.[0];
    if (file?.size) return { kind: name, file };
  }
  return null;
}

function numberFault(fields, { minimum, maximum, expected }) {
  const value = Number(fields.value);
  if (fields.value === undefined || Number.isNaN(value)) return "required";
  if (fields.note) return "";
  if ((minimum && value < Number(minimum)) || (maximum && value > Number(maximum))) return "outOfRange";
  return expected && value !== Number(expected) ? "differs" : "";
}

// The same rules as the server's: what it would refuse in an hour is said now, while the person stands there.
export function faultOf(form, kind, fields, file) {
  const { asked } = form.dataset;
  if (kind === "skip") return fields.reason ? "" : "required";
  if (kind === "picture") return file ? "" : "photoNeeded";
  if (kind === "handover") return fields.receiver ? "" : "toWhom";
  if (kind === "handover_answer") return fields.act === "refuse" && !fields.reason ? "whyNot" : "";
  if (kind === "note") return fields.sender && fields.recipient ? "" : "required";
  if (kind in IN_WORDS) return fields.kind && (fields.text || !IN_WORDS[kind].includes(fields.kind)) ? "" : "required";
  if (kind !== "tick") return "";
  if (asked === "ok") return fields.ok === "no" && !fields.note ? "noteNeeded" : "";
  if (asked === "number" || asked === "count") return numberFault(fields, form.dataset);
  if (asked === "photo") return file || fields.file ? "" : "photoNeeded";
  if (asked !== "signature") return "";
  if (!fields.signed_name) return "whoSigns";
  return file || fields.file || fields.note ? "" : "howSigned";
}

function tell(form, text) {
  const row = rowOf(form);
  if (!row) {
    toast(text, "error");
    form.querySelector(":invalid")?.focus();
    return;
  }
  row.querySelector(".step-faults")?.remove();
  const list = document.createElement("ul");
  list.className = "step-faults";
  list.setAttribute("role", "alert");
  const item = document.createElement("li");
  item.textContent = text;
  list.append(item);
  row.querySelector(".step-body").append(list);
  row.classList.add("is-faulty");
  for (const part of form.querySelectorAll("[data-on-fault]")) part.hidden = false;
  form.querySelector("[name=note]")?.focus();
}

// Where and when the step was when it was tapped, and which round of it.
export function aboutStep(row, form = null) {
  if (!row) return {};
  const about = { step: Number(row.dataset.step), shown_room: row.dataset.room ?? "", shown_start: row.dataset.start ?? "" };
  if (form?.classList.contains("step-undo")) {
    if (form.dataset.seen) about.seen = form.dataset.seen;
    if (form.dataset.roundsOn) about.rounds_on = Number(form.dataset.roundsOn);
  } else if (row.dataset.every) {
    const rounds = roundsOn(row);
    if (rounds) about.rounds_on = rounds;
  }
  return about;
}

export function labelOf(row) {
  return [row.querySelector(".step-room")?.textContent, row.querySelector("h3")?.firstChild?.textContent].map((each) => each?.trim()).filter(Boolean).join(" ");
}

const labelIn = (form) => [form.dataset.label, form.querySelector("input:checked")?.dataset.name].filter(Boolean).join(" · ");

async function keepForm(form, submitter) {
  const kind = kindOf(form);
  const [fields, picture] = [fieldsOf(form, submitter), fileIn(form)];
  const fault = faultOf(form, kind, fields, picture);
  if (fault) { tell(form, words()[fault]); return; }
  const row = rowOf(form);
  const [about, label] = [aboutStep(row, form), row ? labelOf(row) : labelIn(form)];
  if (form.dataset.booking) about.booking = form.dataset.booking;
  if (picture) {
    const further = { kind: picture.kind, ...(fields.signed_name ? { signed_name: fields.signed_name } : {}) };
    const kept = await keep({ kind: "picture", fields: further, label, ...about }, picture.file);
    if (kind === "picture") { done(form, row, kept.op); return; }
    fields.file = kept.op;
  }
  const entry = await keep({ kind, fields, label, ...about });
  if (kind === "tick") offerUndo([entry]);
  await done(form, row, entry.op);
}

function verdictOn(op) {
  return new Promise((resolve) => {
    const end = (verdict) => {
      document.removeEventListener("queue:settled", hear);
      document.removeEventListener("queue:line", give);
      resolve(verdict);
    };
    const hear = ({ detail }) => { if (detail.op === op) end(detail.verdict); };
    // Where nothing gets through the form is free for what comes next at once.
    const give = () => { if (line.state !== "sending" && line.state !== "idle") end(null); };
    document.addEventListener("queue:settled", hear);
    document.addEventListener("queue:line", give);
    setTimeout(end, navigator.onLine ? ANSWER_MS : 0, null);
  });
}

// To what was asked for, once the server has it; without an answer it is saved here, and the page is free again.
async function follow(form, op) {
  const verdict = await verdictOn(op);
  // What is wrong stands in the bar, and what was typed stays.
  if (verdict?.mustBeRead) return;
  if (!verdict) toast(words().saved, "info");
  // What may still be refused stays in its form, out of sight, until the server has it (tablet-handover.js).
  if (!("stays" in form.dataset)) form.reset();
  const { note, incident, handover } = verdict?.answer ?? {};
  if (verdict) location.assign(form.dataset.next.replace(/\/0\/$/, `/${note ?? incident ?? handover ?? 0}/`));
}

// The next round stands there at once, and has a value, a note and a picture of its own.
function clear(form) {
  form.reset();
  for (const part of form.querySelectorAll("[data-on-fault], .photo-preview")) part.hidden = true;
  for (const part of form.querySelectorAll("details")) part.open = false;
}

function done(form, row, op) {
  if (!row) {
    if (form.dataset.next) return follow(form, op);
    toast(words().saved, "info");
    form.reset();
    return null;
  }
  row.classList.remove("is-typing", "is-faulty", "is-unsaved");
  row.querySelector(".step-faults")?.remove();
  if (form.dataset.event === "picture") form.reset();
  if (form.dataset.event === "skip") {
    form.reset();
    form.closest("details").open = false;
  } else if (row.dataset.every && kindOf(form) === "tick") clear(form);
  return null;
}

function take(event) {
  const form = event.target;
  if (!isReady || !who() || !(form instanceof HTMLFormElement) || !kindOf(form)) return;
  event.preventDefault();
  event.stopPropagation();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  keepForm(form, event.submitter)
    .catch((error) => {
      // This browser cannot keep it (a full disk): from now on taps go straight to the server.
      console.warn(error);
      isReady = false;
      tell(form, words().unkept);
    })
    .finally(() => { delete form.dataset.busy; });
}

export function watchKeptTaps() {
  isReady = true;
  // Before htmx, which listens at the form itself.
  document.addEventListener("submit", take, true);
}

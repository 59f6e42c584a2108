// Draws what was tapped over the rows as the server last told them: saved here, then sent.

import { hour, serverNow } from "./tablet-clock.js";
import { forgetSent, justSent, waiting } from "./tablet-queue.js";

const SAME_ROUND_SHARE = 5;
// What stands in a row that is still open, and is not the server's to say.
const HALF_DONE = ["is-typing", "is-faulty", "is-unsaved"];

// How a row was before anything was drawn over it.
const before = new WeakMap();

const rows = (within) => within.querySelectorAll("[data-step]");
const template = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

function byStep() {
  const found = new Map();
  const known = new Set();
  for (const entry of [...justSent(), ...waiting()].sort((one, other) => one.seq - other.seq)) {
    const { step } = entry.about;
    if (!step || known.has(entry.seq) || isVoid(entry)) continue;
    known.add(entry.seq);
    found.set(String(step), [...(found.get(String(step)) ?? []), entry]);
  }
  return found;
}

// Refused: the row is as if it had never been tapped.
const isVoid = ({ verdict }) => verdict && (verdict.verdict === "refused" || verdict.answer?.first === "refused");

// The taps that stand: an undo takes the last of them away.
export function standing(entries) {
  const taps = [];
  for (const entry of entries) {
    if (entry.kind === "undo") taps.pop();
    else if (entry.kind === "tick" || entry.kind === "skip") taps.push(entry);
  }
  return taps;
}

// Of the taps on a round, those that begin one: the server takes two ticks that follow closely for one round.
function begun(taps, everyMinutes) {
  const closest = (Number(everyMinutes) * 60_000) / SAME_ROUND_SHARE;
  const rounds = [];
  let ticked = -Infinity;
  for (const tap of taps) {
    if (tap.kind === "tick") {
      if (tap.at - ticked < closest) continue;
      ticked = tap.at;
    }
    rounds.push(tap);
  }
  return rounds;
}

export const standingOf = (step) => standing(byStep().get(String(step)) ?? []);
export const roundsOn = ({ dataset }) => begun(standingOf(dataset.step), dataset.every).length;

const dueOf = (row) => row.querySelector(".step-when time");

function remember(row) {
  if (!before.has(row)) {
    const ring = row.querySelector("[data-ring]");
    const round = row.querySelector("[data-round]");
    const due = dueOf(row);
    // What can be done about an open step, the last first: each goes back before what followed it.
    const acts = [...row.querySelectorAll(":scope > .step-act, :scope > .step-more")].reverse();
    before.set(row, {
      classes: [...row.classList].filter((name) => !HALF_DONE.includes(name)).join(" "),
      state: row.dataset.state, acts: acts.map((act) => [act, act.nextElementSibling]),
      ring: ring && { ...ring.dataset }, round: round?.textContent, due: due && [due.dateTime, due.textContent],
    });
  }
  return before.get(row);
}

function restore(row) {
  const was = before.get(row);
  if (!was) return;
  row.dataset.state = was.state;
  const typed = HALF_DONE.filter((name) => row.classList.contains(name));
  row.className = was.classes;
  row.classList.add(...typed);
  row.querySelector(".step-saved")?.remove();
  row.querySelector(".step-undo, .step-redo")?.remove();
  for (const [act, next] of was.acts) if (!act.isConnected) row.insertBefore(act, next);
  const ring = row.querySelector("[data-ring]");
  if (ring && was.ring) Object.assign(ring.dataset, was.ring);
  const round = row.querySelector("[data-round]");
  if (round) round.textContent = was.round;
  const due = dueOf(row);
  if (due && was.due) [due.dateTime, due.textContent] = was.due;
}

function note(row, entries) {
  const last = entries.at(-1);
  const isSent = entries.every((each) => each.state === "sent");
  row.classList.toggle("is-sent", isSent);
  row.classList.toggle("is-taken", entries.some((each) => each.kind === "take_over"));
  const line = template(isSent ? "tablet-sent" : "tablet-kept");
  const stands = standing(entries).at(-1);
  line.querySelector("[data-skipped]").hidden = stands?.kind !== "skip";
  line.querySelector("[data-undone]").hidden = Boolean(stands) || last.kind !== "undo";
  line.querySelector("time").textContent = hour(last.at + (serverNow() - Date.now()));
  row.querySelector(".step-body").append(line);
}

function offerUndo(row, tap) {
  const form = template("tablet-undo");
  form.dataset.seen = tap.kind === "tick" ? tap.op : "";
  form.dataset.roundsOn = tap.about.rounds_on ?? "";
  // A round stays open for the next one, whose button keeps its place.
  (row.dataset.every ? row.querySelector(".step-body") : row).append(form);
}

// The next round counts from this tap, as the server will count it.
function roll(row, taps) {
  const ring = row.querySelector("[data-ring]");
  row.classList.remove("is-late", "is-breach");
  row.classList.add("is-rolled");
  const { every, limitMinutes } = row.dataset;
  const rounds = begun(taps, every);
  const from = rounds.at(-1).at + (serverNow() - Date.now());
  ring.dataset.from = new Date(from).toISOString();
  ring.dataset.due = new Date(from + Number(every) * 60_000).toISOString();
  if (limitMinutes) ring.dataset.limit = new Date(from + Number(limitMinutes) * 60_000).toISOString();
  const round = row.querySelector("[data-round]");
  round.textContent = round.textContent.replace(/\d+/, (number) => String(Number(number) + rounds.length));
  const due = dueOf(row);
  if (due) [due.dateTime, due.textContent] = [ring.dataset.due, hour(ring.dataset.due)];
}

function settle(row, { acts }, state) {
  row.dataset.state = state;
  row.classList.remove(...HALF_DONE);
  for (const [act] of acts) act.remove();
}

// Done on the server's page, and taken back here: what stood there is over, and it can be done again.
function reopen(row, was) {
  settle(row, was, "open");
  row.classList.remove("is-settled");
  row.classList.add("is-undone");
  // What is proved or measured has its form on the page that the server draws.
  if ("plain" in row.dataset) row.append(template("tablet-redo"));
}

function drawRow(row, entries) {
  const was = remember(row);
  const taps = standing(entries);
  note(row, entries);
  if (row.dataset.every && was.state === "open") {
    // A round that is skipped has its turn as well, and the next one counts from there.
    if (taps.length) {
      roll(row, taps);
      offerUndo(row, taps.at(-1));
    }
  } else if (taps.length) {
    settle(row, was, taps.at(-1).kind === "skip" ? "skipped" : "done");
    row.classList.add("is-settled");
    offerUndo(row, taps.at(-1));
  } else if (entries.at(-1).kind === "undo" && was.state !== "open") reopen(row, was);
}

const isSettled = (state) => state !== "open";

// How many of a phase are done, with those that wait here.
function count(mark) {
  const own = [...rows(mark.closest("details"))];
  const more = own.map((row) => isSettled(row.dataset.state) - isSettled(before.get(row)?.state ?? row.dataset.state));
  mark.textContent = String(more.reduce((sum, each) => sum + each, Number(mark.dataset.done)));
}

export function drawRows() {
  const list = document.getElementById("list");
  if (list?.dataset.at) forgetSent(Date.parse(list.dataset.at));
  const found = byStep();
  for (const row of rows(document)) {
    restore(row);
    const entries = found.get(row.dataset.step);
    if (entries) drawRow(row, entries);
  }
  for (const mark of document.querySelectorAll("[data-done]")) count(mark);
}

export function watchRows() {
  document.addEventListener("queue", drawRows);
  document.body.addEventListener("htmx:afterSwap", drawRows);
  drawRows();
}

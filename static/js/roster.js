// The roster of a week by hand: shifts drawn onto days with the mouse, or put, moved and removed with the keys.

import { known, toast } from "./toast.js";

const week = () => document.getElementById("week");
const dialog = document.getElementById("cell");
const say = (text) => { document.getElementById("board-say").textContent = text; };
const cells = () => [...week().querySelectorAll("td.cell")];
const chipsOf = (cell) => [...cell.querySelectorAll("[data-shift]")];
const opener = (cell) => cell?.querySelector(".cell-open");
const nameOf = (cell) => opener(cell)?.textContent.trim() ?? "";

// A choice of site shows it at once.
document.getElementById("site")?.addEventListener("change", (event) => event.target.form.requestSubmit());

let copied = [];
let dragged = null;
let isBusy = false;

// --- One stop for the tabulator in the whole grid; the arrows go on from there ---

function keepOneStop(wanted) {
  const all = cells().map(opener).filter(Boolean);
  const stop = wanted ?? all[0];
  for (const each of all) each.tabIndex = each === stop ? 0 : -1;
}

function go(cell) {
  const target = opener(cell);
  if (!target) return;
  keepOneStop(target);
  target.focus();
}

function beside(cell, key) {
  const rows = [...week().querySelectorAll("tr")].filter((row) => row.querySelector("td.cell"));
  const row = cell.parentElement;
  const place = [...row.querySelectorAll("td.cell")].indexOf(cell);
  const at = (line, column) => rows[line]?.querySelectorAll("td.cell")[column];
  const line = rows.indexOf(row);
  return {
    ArrowLeft: () => at(line, place - 1),
    ArrowRight: () => at(line, place + 1),
    ArrowUp: () => at(line - 1, place),
    ArrowDown: () => at(line + 1, place),
    Home: () => at(line, 0),
    End: () => at(line, 6),
  }[key]?.();
}

// --- What is sent, and the week as it stands afterwards ---

async function send(url, fields, focusOn) {
  if (isBusy) return null;
  isBusy = true;
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  try {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { "HX-Request": "true", "X-CSRFToken": token } });
    if (answer.redirected) return location.reload();
    if (answer.status === 422) return put(await answer.text());
    if (![200, 409].includes(answer.status)) return toast(known({ 403: "forbidden", 404: "missing" }[answer.status] ?? "failed"), "error");
    const word = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast;
    show(await answer.text(), focusOn);
    if (word) toast(word.text, word.level);
    return answer.status === 200;
  } catch {
    return toast(known("offline"), "error");
  } finally {
    isBusy = false;
  }
}

function show(html, focusOn) {
  const scroll = week().querySelector(".week-scroll")?.scrollLeft ?? 0;
  const holder = document.createElement("template");
  holder.innerHTML = html;
  week().replaceWith(holder.content.getElementById("week"));
  if (dialog.open) dialog.close();
  const area = week().querySelector(".week-scroll");
  if (area) area.scrollLeft = scroll;
  const cell = focusOn && cells().find((each) => each.dataset.person === focusOn.person && each.dataset.on === focusOn.on);
  if (cell) {
    go(cell);
    say(`${nameOf(cell)}: ${[...cell.querySelectorAll(".chip, .away, .warn")].map((each) => each.textContent.trim()).join(", ") || "–"}`);
  } else keepOneStop();
}

const place = (pattern, cell) => send(week().dataset.place, { site: week().dataset.site, pattern, ...whereOf(cell) }, whereOf(cell));
const whereOf = (cell) => ({ person: cell.dataset.person, on: cell.dataset.on });

function move(shift, cell, isCopy) {
  return send(week().dataset.move.replace("/0/", `/${shift}/`), { ...whereOf(cell), ...(isCopy ? { copy: "on" } : {}) }, whereOf(cell));
}

function remove(cell) {
  const chips = chipsOf(cell);
  if (chips.length > 1) toast(week().dataset.many, "info");
  else if (chips.length) send(week().dataset.remove.replace("/0/", `/${chips[0].dataset.shift}/`), {}, whereOf(cell));
}

async function paste(cell) {
  for (const shift of copied) if (!await move(shift, cellLike(cell), true)) return;
}

// The week is drawn anew after each step.
const cellLike = (cell) => cells().find((each) => each.dataset.person === cell.dataset.person && each.dataset.on === cell.dataset.on) ?? cell;

// --- By keyboard ---

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("td.cell");
  if (!cell || event.altKey || !event.target.matches(".cell-open")) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "c" && chipsOf(cell).length) {
      copied = chipsOf(cell).map((chip) => chip.dataset.shift);
      say(week().dataset.copied);
    } else if (event.key === "v" && copied.length) paste(cell);
    else return;
    event.preventDefault();
    return;
  }
  const next = beside(cell, event.key);
  if (next) go(next);
  else if (event.key === "Delete" || event.key === "Backspace") remove(cell);
  else {
    const pattern = [...week().querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key.toLowerCase());
    if (!pattern) return;
    place(pattern.dataset.pattern, cell);
  }
  event.preventDefault();
});
document.addEventListener("focusin", (event) => { if (event.target.matches?.(".cell-open")) keepOneStop(event.target); });

// --- The small form of a day ---

async function open(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) location.assign(link.href);
  else put(await answer.text());
}

function put(html) {
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector(".is-invalid") ?? dialog.querySelector(".cell-patterns button") ?? dialog.querySelector("button"))?.focus();
}

document.addEventListener("click", (event) => {
  const cell = event.target.closest?.("td.cell");
  const link = opener(cell);
  if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  keepOneStop(link);
  dialog.dataset.person = cell.dataset.person;
  dialog.dataset.on = cell.dataset.on;
  open(link);
});

dialog?.addEventListener("submit", (event) => {
  event.preventDefault();
  // Or the page's own guard against a double click would take the next form for a second one.
  event.stopPropagation();
  const fields = new FormData(event.target);
  if (event.submitter?.name) fields.set(event.submitter.name, event.submitter.value);
  send(event.target.action, fields, { person: dialog.dataset.person, on: dialog.dataset.on });
});
dialog?.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-leave]")) return;
  event.preventDefault();
  dialog.close();
});
dialog?.addEventListener("close", () => {
  const cell = cells().find((each) => each.dataset.person === dialog.dataset.person && each.dataset.on === dialog.dataset.on);
  if (cell) go(cell);
});

// --- By mouse or finger: the browser's own dragging ---

document.addEventListener("dragstart", (event) => {
  const chip = event.target.closest?.(".chip[draggable]");
  if (!chip) return;
  dragged = chip;
  chip.classList.add("is-lifted");
  event.dataTransfer.setData("text/plain", chip.textContent.trim());
  event.dataTransfer.effectAllowed = "copyMove";
});
document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-lifted");
  dragged = null;
  for (const each of document.querySelectorAll(".is-target")) each.classList.remove("is-target");
});
document.addEventListener("dragover", (event) => {
  const cell = dragged && event.target.closest?.("td.cell");
  for (const each of document.querySelectorAll(".is-target")) if (each !== cell) each.classList.remove("is-target");
  if (!cell) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = dragged.dataset.pattern || event.ctrlKey || event.altKey ? "copy" : "move";
  cell.classList.add("is-target");
});
document.addEventListener("drop", (event) => {
  const cell = dragged && event.target.closest?.("td.cell");
  if (!cell) return;
  event.preventDefault();
  if (dragged.dataset.pattern) place(dragged.dataset.pattern, cell);
  else if (dragged.parentElement !== cell) move(dragged.dataset.shift, cell, event.ctrlKey || event.altKey);
});

if (dialog) keepOneStop();

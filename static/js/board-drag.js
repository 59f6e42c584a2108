// The board by hand: a drag over free time starts a request, a drag of a block moves or stretches its booking; so do the arrow keys.

import { toast } from "./toast.js";

const FIRST = 7 * 60;
const LAST = 21 * 60;
const STEP = 15;
const SHORTEST = 15;
// So far a finger or mouse may tremble before it drags, and so near to an edge it stretches.
const TREMBLE = 4;
const EDGE = 9;
const HOLD_MS = 400;

const board = () => document.getElementById("board");
const dialog = document.getElementById("move");
const say = (text) => { document.getElementById("board-say").textContent = text; };
const clock = (minutes) => `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
const tracks = () => [...board().querySelectorAll(".board-track")];
const dayOf = (track) => track.dataset.on ?? board().dataset.on;
const within = (minutes, least, most) => Math.min(Math.max(minutes, least), most);

// What is under way: {kind: "new" | "move" | "end" | "start", track, mark, from, to, …}
let drag = null;
let press = null;
let wasDragged = false;

function minutesAt(track, x) {
  const box = track.getBoundingClientRect();
  return FIRST + within((x - box.left) / box.width, 0, 1) * (LAST - FIRST);
}

const floorStep = (minutes) => Math.floor(minutes / STEP) * STEP;
const roundStep = (minutes) => Math.round(minutes / STEP) * STEP;

function draw() {
  const { mark, track, from, to } = drag;
  const share = (minutes) => (within(minutes, FIRST, LAST) - FIRST) / (LAST - FIRST) * 100;
  if (mark.parentElement !== track) track.append(mark);
  mark.style.left = `${share(from)}%`;
  mark.style.width = `${share(to) - share(from)}%`;
  mark.textContent = `${track.dataset.on ? "" : `${track.dataset.code} `}${clock(from)}–${clock(to)}`;
}

function begin(state) {
  const mark = document.createElement("div");
  mark.className = state.block ? "drag drag-move" : "drag";
  drag = { ...state, mark };
  state.block?.classList.add("is-lifted");
  draw();
}

function drop() {
  drag?.mark.remove();
  drag?.block?.classList.remove("is-lifted");
  drag = null;
}

function bookingOf(block) {
  const [start, end, version] = block.dataset.move.split(" ").map(Number);
  // The wall clock of the site, as the server wrote it: the browser's zone has no say.
  const [from, to] = block.dataset.times.split("–").map((text) => text.split(":").map(Number)).map(([hours, minutes]) => hours * 60 + minutes);
  const length = Math.round((end - start) / 60);
  return { from, to: from + length, version, isWhole: to - from === length && from >= FIRST && from + length <= LAST };
}

const movable = (target) => {
  const block = target.closest?.(".block[data-move]");
  return block && bookingOf(block).isWhole ? block : null;
};

function lift(block, kind, x) {
  const { from, to, version } = bookingOf(block);
  const track = block.closest(".board-track");
  begin({ kind, block, track, home: track, was: { from, to }, from, to, version, grip: minutesAt(track, x) - from });
}

function kindAt(block, x) {
  const box = block.querySelector(".seg").getBoundingClientRect();
  if (box.width > 4 * EDGE && x > box.right - EDGE) return "end";
  if (box.width > 4 * EDGE && x < box.left + EDGE) return "start";
  return "move";
}

document.addEventListener("pointerdown", (event) => {
  wasDragged = false;
  const track = event.target.closest?.(".board-track");
  if (!track || event.button || drag) return;
  const block = movable(event.target);
  press = { track, block, x: event.clientX, y: event.clientY, id: event.pointerId };
  if (event.pointerType === "touch") {
    // A finger that rests picks up; one that goes on at once scrolls.
    press.timer = setTimeout(() => block && press && pickUp(press.x), HOLD_MS);
  } else if (block || (!event.target.closest(".block") && board().dataset.new)) event.preventDefault();
  if (event.pointerType !== "touch" && block) block.focus({ preventScroll: true });
});

function pickUp(x) {
  const { track, block } = press;
  if (block) lift(block, kindAt(block, press.x), press.x);
  else {
    const at = floorStep(minutesAt(track, press.x));
    begin({ kind: "new", track, anchor: at, from: at, to: at + STEP });
  }
  if (drag) pull(x, press.y);
}

function pull(x, y) {
  const minutes = minutesAt(drag.track, x);
  if (drag.kind === "new") {
    const at = floorStep(within(minutes, FIRST, LAST - STEP));
    drag.from = Math.min(drag.anchor, at);
    drag.to = Math.max(drag.anchor, at) + STEP;
  } else if (drag.kind === "end") drag.to = within(roundStep(minutes), drag.from + SHORTEST, LAST);
  else if (drag.kind === "start") drag.from = within(roundStep(minutes), FIRST, drag.to - SHORTEST);
  else {
    const length = drag.to - drag.from;
    drag.from = within(roundStep(minutes - drag.grip), FIRST, LAST - length);
    drag.to = drag.from + length;
    drag.track = document.elementsFromPoint(x, y).map((each) => each.closest(".board-track")).find(Boolean) ?? drag.track;
  }
  draw();
}

document.addEventListener("pointermove", (event) => {
  if (!press || event.pointerId !== press.id) return;
  const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > TREMBLE;
  if (drag) pull(event.clientX, event.clientY);
  else if (event.pointerType === "touch") { if (far) cancel(); }
  else if (far && (press.block || (board().dataset.new && !event.target.closest?.(".block")))) pickUp(event.clientX);
});

document.addEventListener("pointerup", (event) => {
  if (!press) return;
  clearTimeout(press.timer);
  const { track, block, x } = press;
  press = null;
  if (drag?.kind === "new") ask(drag.track, drag.from, drag.to);
  else if (drag) {
    wasDragged = true;
    save();
  } else if (!block && !event.target.closest?.(".block") && board().dataset.new) {
    // A click or tap alone asks for an hour.
    const at = floorStep(minutesAt(track, x));
    ask(track, at, Math.min(at + 60, 24 * 60 - STEP));
  }
});

function cancel() {
  clearTimeout(press?.timer);
  press = null;
  drop();
}
document.addEventListener("pointercancel", cancel);
// While a block is held, the finger moves it and not the page.
document.addEventListener("touchmove", (event) => { if (drag) event.preventDefault(); }, { passive: false });
document.addEventListener("contextmenu", (event) => { if (drag) event.preventDefault(); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.(".block")) event.preventDefault(); });
// A drag is no click on the link that was dragged.
document.addEventListener("click", (event) => {
  if (wasDragged && event.target.closest?.(".block")) event.preventDefault();
  wasDragged = false;
}, true);

function ask(track, start, end) {
  const { new: address, site } = board().dataset;
  const query = new URLSearchParams({ site, room: track.dataset.room, date: dayOf(track), start: clock(start), end: clock(end) });
  location.assign(`${address}?${query}`);
}

// --- By keyboard ---

function nudge(key, isEnd) {
  const by = { ArrowLeft: -STEP, ArrowRight: STEP }[key];
  if (by && isEnd) drag.to = within(drag.to + by, drag.from + SHORTEST, LAST);
  else if (by) {
    const length = drag.to - drag.from;
    drag.from = within(drag.from + by, FIRST, LAST - length);
    drag.to = drag.from + length;
  } else {
    const all = tracks();
    drag.track = all[within(all.indexOf(drag.track) + (key === "ArrowUp" ? -1 : 1), 0, all.length - 1)];
  }
  draw();
  drag.mark.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(drag.mark.textContent);
}

document.addEventListener("keydown", (event) => {
  const block = event.target.closest?.(".block");
  if (!block || event.ctrlKey || event.metaKey || event.altKey) return;
  const isArrow = event.key.startsWith("Arrow");
  if (isArrow && movable(block)) {
    event.preventDefault();
    if (!drag) {
      lift(block, "move", 0);
      say(dialog.dataset.picked);
    }
    nudge(event.key, event.shiftKey);
  } else if (drag && event.key === "Enter") {
    event.preventDefault();
    save();
  } else if (drag && event.key === "Escape") leave();
});
document.addEventListener("focusout", (event) => { if (drag && !press && event.target === drag.block && !drag.isSaving) leave(); });

function leave() {
  drop();
  say(dialog.dataset.left);
}

// --- Saving ---

function save() {
  const { block, track, home, from, to, was, version } = drag;
  if (track === home && from === was.from && to === was.to) return drop();
  drag.isSaving = true;
  const ref = block.getAttribute("href").split("/").at(-2);
  send(dialog.dataset.url.replace("REF", ref), new URLSearchParams({
    room: track.dataset.room, on: dayOf(track), start: clock(from), end: clock(to), version,
  }));
}

async function send(url, body) {
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": token } });
    if (answer.status === 204) done(JSON.parse(answer.headers.get("HX-Trigger")));
    else if ([200, 409, 422].includes(answer.status) && !answer.redirected) put(await answer.text());
    else refuse();
  } catch {
    refuse();
  }
}

function done(events) {
  if (dialog.open) dialog.close();
  drop();
  toast(events.toast.text, events.toast.level);
  document.body.dispatchEvent(new CustomEvent("moved"));
}

function put(html) {
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("button") ?? dialog.querySelector("[data-leave]"))?.focus();
}

function refuse() {
  drop();
  toast(dialog.dataset.failed, "error");
}

dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target.action, new URLSearchParams(new FormData(event.target)));
});
dialog.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-leave]")) return;
  event.preventDefault();
  dialog.close();
});
// Whatever was refused may have changed meanwhile: the board shows how it is now.
dialog.addEventListener("close", () => {
  const block = drag?.block;
  drop();
  document.body.dispatchEvent(new CustomEvent("moved"));
  block?.focus?.({ preventScroll: true });
});

// What is being dragged must not be swapped away.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if ((drag || dialog.open) && event.target.id === "board") event.preventDefault();
});

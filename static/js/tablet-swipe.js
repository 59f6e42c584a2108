// A row swiped to the right is ticked, as by its button; what must be entered with the tick is opened instead.

const STARTS_AT = 12;
const STEEPEST = 0.6;
// A finger that comes in from the edge goes back a page.
const EDGE = 20;
const NOT_FROM = "input, textarea, select, canvas, .stepper, .signature-paper";

const enough = (row) => Math.min(180, row.clientWidth * 0.4);
const actOf = (row) => row.querySelector(":scope > .step-act");

let held = null;

// A plain tick is done by the swipe; everything else needs the person.
const isPlain = (row) => actOf(row)?.matches("form[data-tick].is-tick");

function begin(event) {
  if (event.pointerType === "mouse" || !event.isPrimary || event.clientX < EDGE) return;
  const row = event.target.closest?.("[data-step]");
  if (!row || row.dataset.state !== "open" || !actOf(row) || event.target.closest(NOT_FROM)) return;
  held = { row, id: event.pointerId, x: event.clientX, y: event.clientY, isMoving: false, mark: null };
}

function take(event) {
  const { row } = held;
  held.isMoving = true;
  held.mark = document.getElementById("swipe-mark").content.firstElementChild.cloneNode(true);
  held.mark.classList.add(isPlain(row) ? "is-tick" : "is-open");
  row.append(held.mark);
  row.classList.add("is-swiped");
  // Its moves come here, also where the finger leaves the row.
  row.setPointerCapture(event.pointerId);
}

function move(event) {
  if (!held || event.pointerId !== held.id) return;
  const [over, down] = [event.clientX - held.x, Math.abs(event.clientY - held.y)];
  if (!held.isMoving) {
    if (down > STARTS_AT || over < -STARTS_AT) { held = null; return; }
    if (over < STARTS_AT || down > over * STEEPEST) return;
    take(event);
  }
  const { row, mark } = held;
  if (!row.isConnected) { held = null; return; }
  row.style.setProperty("--swiped", `${Math.max(over, 0)}px`);
  mark.classList.toggle("is-far", over >= enough(row));
}

// The first thing there is to do in it; its text is unfolded with it.
function openUp(row) {
  const act = actOf(row);
  const more = row.querySelector(":scope > .step-more");
  if (more) more.open = true;
  const link = act.querySelector("a.btn");
  if (link) { link.click(); return; }
  row.scrollIntoView({ block: "nearest" });
  act.querySelector("input:not([type=hidden], [type=file]), label.btn input, button:not([type=button], [aria-hidden])")?.focus({ preventScroll: true });
}

// The click that some browsers send after it would press what lies under the finger.
function swallowClick() {
  const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 60);
}

function drop(row, mark) {
  row.classList.remove("is-swiped");
  row.style.removeProperty("--swiped");
  mark.remove();
}

function end(event) {
  if (!held || event.pointerId !== held.id) return;
  const { row, mark, isMoving, x } = held;
  held = null;
  if (!isMoving) return;
  const isFar = event.type === "pointerup" && event.clientX - x >= enough(row);
  drop(row, mark);
  swallowClick();
  if (!isFar || !row.isConnected || row.dataset.state !== "open") return;
  if (!isPlain(row)) { openUp(row); return; }
  navigator.vibrate?.(20);
  const form = actOf(row);
  form.requestSubmit(form.querySelector("button"));
}

// While a finger holds a row the list is not put in its place.
export const isSwiping = () => Boolean(held?.isMoving);

export function watchSwipes() {
  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
}

// The board: a card on hover and focus, a drag over free time starts a request, the date field goes by itself.

const FIRST_HOUR = 7;
const HOURS = 14;
const STEP = 15;

const card = document.getElementById("card");
const board = () => document.getElementById("board");

function showCard(block) {
  const { title, times, state, more, mark } = block.dataset;
  card.replaceChildren();
  const head = document.createElement("b");
  head.textContent = title || state;
  card.append(head);
  for (const text of [times, title ? state : "", mark, more]) {
    if (!text) continue;
    const line = document.createElement("span");
    line.textContent = text;
    card.append(line);
  }
  card.hidden = false;
  const box = block.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  const below = box.bottom + 6 + size.height < innerHeight;
  card.style.top = `${below ? box.bottom + 6 : box.top - size.height - 6}px`;
  card.style.left = `${Math.max(8, Math.min(Math.max(box.left, 8), innerWidth - size.width - 8))}px`;
}

const hideCard = () => { card.hidden = true; };

for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, (event) => {
    const block = event.target.closest?.(".block");
    if (block) showCard(block);
    else hideCard();
  });
}
document.addEventListener("focusout", hideCard);
document.addEventListener("scroll", hideCard, true);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideCard(); });

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form?.checkValidity() && event.target.value) form.requestSubmit();
});

const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

let drag = null;

function minutesAt(track, x) {
  const box = track.getBoundingClientRect();
  const share = Math.min(Math.max((x - box.left) / box.width, 0), 1);
  return FIRST_HOUR * 60 + Math.floor((share * HOURS * 60) / STEP) * STEP;
}

function span({ from, to }) {
  const start = Math.min(from, to);
  const end = Math.max(from, to) + STEP;
  // A click alone asks for an hour.
  return from === to ? [start, Math.min(start + 60, 24 * 60 - STEP)] : [start, end];
}

function draw() {
  const [start, end] = span(drag);
  const share = (minutes) => ((minutes - FIRST_HOUR * 60) / (HOURS * 60)) * 100;
  drag.mark.style.left = `${share(start)}%`;
  drag.mark.style.width = `${share(end) - share(start)}%`;
  drag.mark.textContent = `${clock(start)}–${clock(end)}`;
}

document.addEventListener("pointerdown", (event) => {
  const track = event.target.closest?.(".board-track");
  if (!track || event.button || event.pointerType === "touch" || event.target.closest(".block") || !board().dataset.new) return;
  const at = minutesAt(track, event.clientX);
  const mark = document.createElement("div");
  mark.className = "drag";
  track.append(mark);
  drag = { track, mark, from: at, to: at };
  draw();
  event.preventDefault();
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  drag.to = minutesAt(drag.track, event.clientX);
  draw();
});
document.addEventListener("pointerup", () => {
  if (!drag) return;
  const [start, end] = span(drag);
  ask(drag.track, start, end);
  drag = null;
});

// A finger scrolls; its tap asks for an hour.
document.addEventListener("click", (event) => {
  const track = event.target.closest?.(".board-track");
  if (!track || event.target.closest(".block") || event.pointerType !== "touch" || !board().dataset.new) return;
  const start = minutesAt(track, event.clientX);
  ask(track, start, Math.min(start + 60, 24 * 60 - STEP));
});

function ask(track, start, end) {
  const { new: address, on, site } = board().dataset;
  const query = new URLSearchParams({ site, room: track.dataset.room, date: on, start: clock(start), end: clock(end) });
  location.assign(`${address}?${query}`);
}

// A refresh must not move the reader: place and focus are kept.
let place = null;
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "board") return;
  const scroller = board().querySelector(".board-scroll");
  const focus = document.activeElement?.closest?.("#board a")?.getAttribute("href");
  place = { left: scroller?.scrollLeft ?? 0, top: scroller?.scrollTop ?? 0, focus };
});
document.body.addEventListener("htmx:afterSwap", () => {
  if (!place) return;
  const { left, top, focus } = place;
  place = null;
  board().querySelector(".board-scroll")?.scrollTo(left, top);
  const links = focus ? [...board().querySelectorAll("a")] : [];
  links.find((link) => link.getAttribute("href") === focus)?.focus({ preventScroll: true });
  hideCard();
});

// What is being dragged must not be swapped away.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (drag && event.target.id === "board") event.preventDefault();
});

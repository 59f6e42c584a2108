// Every view of the board: a card on hover and focus, the list by keyboard, the date field goes by itself.

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
  // A filter is put together first and shown by its button.
  const form = !event.target.closest(".board-filters") && event.target.closest("form[data-auto]");
  if (form && form.checkValidity() && event.target.value) form.requestSubmit();
});

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

document.addEventListener("click", (event) => { if (event.target.closest?.("[data-print]")) print(); });

// The list by keyboard: j and k go from row to row, Enter opens.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
  const rows = [...document.querySelectorAll(".board-list tbody tr")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement?.closest("tr"));
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step && (at >= 0 || event.key.length === 1)) {
    event.preventDefault();
    rows[Math.min(Math.max(at + step, 0), rows.length - 1)].focus();
  } else if (event.key === "Enter" && document.activeElement === rows[at]) rows[at].querySelector("a")?.click();
});

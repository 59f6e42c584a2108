// Items put in order by dragging; the buttons in each row do the same without it. The list is swapped, so the document listens.

let dragged = null;

function send(code, after) {
  const form = document.getElementById("order");
  form.elements.code.value = code;
  form.elements.after.value = after;
  form.requestSubmit();
}

// A row of the same phase as the one that is dragged.
function rowAt(event) {
  const row = event.target.closest?.("[data-order] > tr");
  return row && dragged && row.parentElement === dragged.parentElement ? row : null;
}

function isUpperHalf(row, event) {
  const box = row.getBoundingClientRect();
  return event.clientY < box.top + box.height / 2;
}

function unmark() {
  for (const row of document.querySelectorAll(".is-target, .is-target-top")) row.classList.remove("is-target", "is-target-top");
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-order] > tr") ?? null;
  if (!dragged) return;
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const row = rowAt(event);
  if (!row) return;
  event.preventDefault();
  unmark();
  row.classList.add(isUpperHalf(row, event) ? "is-target-top" : "is-target");
});

// On the upper half of a row it comes to stand before that row, else behind it; on its own row nothing happens.
document.addEventListener("drop", (event) => {
  const row = rowAt(event);
  if (!row) return;
  event.preventDefault();
  const after = isUpperHalf(row, event) ? row.dataset.after : row.dataset.code;
  if (row !== dragged && after !== dragged.dataset.code) send(dragged.dataset.code, after);
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  unmark();
});

// The inbox by keyboard: j and k move, x chooses, a q o d act, u undoes; panels open one at a time; focus follows to the
// next request.

const inbox = () => document.getElementById("inbox");
const items = () => [...document.querySelectorAll(".inbox-item")];

let isDeciding = false;
let isMoving = false;

function move(step) {
  const all = items();
  const at = all.findIndex((item) => item.getAttribute("aria-current") === "true");
  const to = Math.min(Math.max(at + step, 0), all.length - 1);
  if (to !== at) all[to]?.click();
}

// The mark moves at once, so that several steps in a row add up while the page is on its way.
function mark(chosen) {
  for (const item of items()) item.toggleAttribute("aria-current", false);
  chosen.setAttribute("aria-current", "true");
}

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, target } = event.detail;
  if (target?.id !== "inbox") return;
  if (isDeciding) event.preventDefault();
  else if (elt.matches("form")) isDeciding = true;
  else {
    isMoving = true;
    if (elt.matches(".inbox-item")) mark(elt);
  }
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  const { requestConfig, target } = event.detail;
  if (target?.id !== "inbox") return;
  // Not by the element: where what asked has been replaced, the event comes from whatever holds its place.
  if (requestConfig.verb === "post") isDeciding = false;
  else isMoving = false;
});

// What is chosen for one approval outlives the list, which is fetched anew whenever something changes.
const chosen = new Set();
const boxes = () => [...document.querySelectorAll(".inbox-choice input")];

function showChosen() {
  const here = boxes();
  for (const box of here) box.checked = chosen.has(box.value) && !box.disabled;
  const count = here.filter((box) => box.checked).length;
  const button = document.querySelector("[data-many]");
  if (!button) return;
  button.querySelector("span").textContent = button.dataset.many.replace("{n}", count);
  button.form.classList.toggle("is-empty", count === 0);
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.(".inbox-choice input")) return;
  if (event.target.checked) chosen.add(event.target.value);
  else chosen.delete(event.target.value);
  showChosen();
});

function chooseCurrent() {
  document.querySelector(".inbox-row[data-current] .inbox-choice input")?.click();
}

// The button to take a decision back goes when its time is over.
function countDown() {
  for (const item of document.querySelectorAll("#undo [data-seconds]")) {
    const left = Number(item.dataset.seconds) - 1;
    item.dataset.seconds = left;
    const figure = item.querySelector("[data-countdown]");
    if (figure) figure.textContent = Math.max(left, 0);
    if (left <= 0) item.remove();
  }
  const bar = document.getElementById("undo");
  if (bar && !bar.querySelector("[data-seconds]")) bar.remove();
}
setInterval(countDown, 1000);
showChosen();
// Not at the swap: settling puts the classes of the new page back.
document.body.addEventListener("htmx:afterSettle", showChosen);

function togglePanel(button) {
  for (const other of document.querySelectorAll("[data-panel]")) {
    const panel = document.getElementById(`panel-${other.dataset.panel}`);
    const open = other === button && other.getAttribute("aria-expanded") !== "true";
    other.setAttribute("aria-expanded", String(open));
    panel?.classList.toggle("is-open", open);
    if (open) panel?.querySelector("textarea, select, input:not([type=hidden])")?.focus();
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-panel]");
  if (button) togglePanel(button);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const writing = event.target.closest("input, textarea, select, dialog");
  if (event.key === "Escape") {
    const open = document.querySelector('[data-panel][aria-expanded="true"]');
    if (open) {
      togglePanel(open);
      open.focus();
    }
    return;
  }
  if (writing) return;
  const key = event.key.toLowerCase();
  if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "x") chooseCurrent();
  else {
    const button = document.querySelector(`[data-key="${key}"]`);
    // What is about to be replaced must not be acted on by mistake.
    if (!button || event.repeat || isMoving || isDeciding) return;
    event.preventDefault();
    button.click();
  }
});

// Which request is open is told to the reader, and the list keeps it in sight.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "inbox") return;
  inbox().querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  const wrong = inbox().querySelector(".is-invalid");
  (wrong ?? document.getElementById("inbox-request"))?.focus({ preventScroll: innerWidth > 900 });
});

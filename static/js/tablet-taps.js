// Taps on steps. Where this browser can keep them they are kept first and sent from there (tablet-kept-taps.js);
// elsewhere a failed one says so and stays, with its op and what was typed, until it is sent or settled.

const form = (element) => element?.closest?.("form[data-tick]");
const row = (element) => element?.closest?.("[data-step]");

const kept = new Map();
let folds = [];

function stamp(event) {
  if (form(event.detail.elt)) event.detail.parameters.device_at = new Date().toISOString();
}

function markUnsaved(element, isUnsaved) {
  const step = row(element);
  if (!step) return;
  step.classList.toggle("is-unsaved", isUnsaved);
  const note = step.querySelector(".step-unsaved");
  if (note) note.hidden = !isUnsaved;
}

function isBusy(step) {
  const focused = document.activeElement;
  return step.matches(".is-unsaved, .is-faulty, .is-typing") || (focused?.matches("input, select, textarea") && step.contains(focused));
}

function step(button) {
  const input = button.closest(".stepper").querySelector("input");
  const size = Number(button.dataset.by) * (input.step === "1" ? 1 : 0.5);
  const value = (Number(input.value) || 0) + size;
  input.value = String(input.min === "" ? value : Math.max(value, Number(input.min)));
  row(input)?.classList.add("is-typing");
}

// Before the list is replaced: what is half done, and what is unfolded.
function remember(event) {
  if (event.detail.target?.id !== "list") return;
  kept.clear();
  for (const each of document.querySelectorAll("[data-step][data-state='open']")) {
    if (isBusy(each)) kept.set(each.id, each);
  }
  const named = [...document.querySelectorAll("#list details[id]")].map((each) => [`#${each.id}`, each.open]);
  const more = [...document.querySelectorAll("#list .step-more[open]")].map((each) => [`#${row(each).id} .step-more`, true]);
  folds = [...named, ...more];
}

function restore() {
  for (const [name, isOpen] of folds) {
    const found = document.querySelector(name);
    if (found) found.open = isOpen;
  }
  for (const [id, old] of kept) {
    const fresh = document.getElementById(id);
    // Settled by someone else meanwhile: their row stands.
    if (fresh?.dataset.state !== "open") continue;
    fresh.replaceWith(old);
    globalThis.htmx.process(old);
  }
  folds = [];
  kept.clear();
}

export function watchTaps() {
  const { body } = document;
  body.addEventListener("htmx:configRequest", stamp);
  body.addEventListener("htmx:beforeRequest", (event) => markUnsaved(form(event.detail.elt), false));
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    body.addEventListener(name, (event) => markUnsaved(form(event.detail.elt), true));
  }
  body.addEventListener("htmx:beforeSwap", remember);
  body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "list" || event.detail.elt?.id === "list") restore();
  });
  body.addEventListener("input", (event) => row(event.target)?.classList.add("is-typing"));
  body.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-by]");
    if (button) step(button);
  });
  // Without htmx the form is sent as a whole page; the device's time goes along.
  body.addEventListener("submit", (event) => {
    const field = form(event.target)?.elements.device_at;
    if (field) field.value = new Date().toISOString();
  });
}

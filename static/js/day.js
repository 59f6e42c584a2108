// Choosing a date or a site shows it at once; what the reader unfolded stays so when the page is brought up to date.

document.body.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

const touched = new Map();

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-keeps-open]")) touched.set(event.target.id, event.target.open);
}, true);

document.body.addEventListener("htmx:afterSwap", () => {
  for (const [id, open] of touched) {
    const details = document.getElementById(id);
    if (details) details.open = open;
  }
});

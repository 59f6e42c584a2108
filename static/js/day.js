// Choosing a date or a site shows it at once.

document.body.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// The load of a day is worked out from every plan of it: after news it is asked for again, but never twice within a while,
// and not while nobody looks.
const SOON_MS = 2000;
const AT_MOST_EVERY_MS = 20000;
let asked = 0;
let waiting = 0;
let isStale = false;

function refreshLoad() {
  waiting = 0;
  if (document.hidden) { isStale = true; return; }
  isStale = false;
  asked = Date.now();
  for (const each of document.querySelectorAll("[data-load]")) each.dispatchEvent(new CustomEvent("stale"));
}

function soon() {
  if (!waiting) waiting = setTimeout(refreshLoad, Math.max(SOON_MS, asked + AT_MOST_EVERY_MS - Date.now()));
}

for (const name of ["live:booking", "live:shift"]) document.body.addEventListener(name, soon);
document.addEventListener("visibilitychange", () => { if (isStale && !document.hidden) soon(); });

// A screen without an account: its clock runs on, and what could not be fetched anew is shown as old.

const STALE_MS = 45000;

let skew = 0;
let fetchedAt = Date.now();

function face() {
  return document.getElementById("screen");
}

function readClock() {
  const clock = document.querySelector("[data-clock]");
  if (clock) skew = Number(clock.dataset.clock) * 1000 - Date.now();
}

function showClock() {
  const clock = document.querySelector("[data-clock]");
  if (!clock) return;
  const format = { hour: "2-digit", minute: "2-digit", hour12: false, hourCycle: "h23", timeZone: clock.dataset.zone };
  clock.textContent = new Intl.DateTimeFormat("en-GB", format).format(new Date(Date.now() + skew));
  if (Date.now() - fetchedAt > STALE_MS) markStale();
}

function markStale() {
  face()?.classList.add("is-stale");
  const note = document.querySelector(".screen-stale");
  if (note) note.hidden = false;
}

document.addEventListener("htmx:afterSwap", () => {
  fetchedAt = Date.now();
  readClock();
});
document.addEventListener("htmx:sendError", markStale);
document.addEventListener("htmx:timeout", markStale);
document.addEventListener("htmx:responseError", (event) => {
  // Shut out meanwhile: the address itself says so.
  if (event.detail.xhr.status === 404) location.reload();
  else markStale();
});

readClock();
setInterval(showClock, 1000);

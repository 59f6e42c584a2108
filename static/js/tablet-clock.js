// The server's time: a tablet's own clock may be wrong by hours.

let ahead = 0;

export function keepClock(text) {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) ahead = at - Date.now();
}

// The wall clock of the site, as the page's own clock shows it.
export function hour(at) {
  const { zone } = document.querySelector("[data-clock]")?.dataset ?? {};
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(new Date(at));
}

export function serverNow() {
  return Date.now() + ahead;
}

export function keepOffset(milliseconds) {
  ahead = milliseconds ?? 0;
}

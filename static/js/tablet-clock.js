// The server's time: a tablet's own clock may be wrong by hours.

let ahead = 0;

export function keepClock(text) {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) ahead = at - Date.now();
}

export function serverNow() {
  return Date.now() + ahead;
}

export function keepOffset(milliseconds) {
  ahead = milliseconds ?? 0;
}

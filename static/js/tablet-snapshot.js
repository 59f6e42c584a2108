// Today's and tomorrow's steps, kept for when there is no connection; nothing confidential is among them.

import { isOurs } from "./ours.js";
import { fact, setFact } from "./tablet-store.js";

const ADDRESS = "/tablet/kept/";
const OFFLINE = "/tablet/offline/";
const FRESH_MS = 60_000;
const SOON_MS = 1000;

let takenAt = 0;
let soon = 0;

export const snapshot = () => fact("snapshot");

export async function takeSnapshot() {
  if (Date.now() - takenAt < FRESH_MS) return;
  takenAt = Date.now();
  const answer = await fetch(ADDRESS, { cache: "no-store", redirect: "manual" }).catch(() => null);
  if (!answer?.ok || !isOurs(answer)) return;
  const data = await answer.json();
  const before = await snapshot();
  // Signed out while it was on its way: nothing of it stays.
  if (String((await fact("who"))?.id) !== data.user) return;
  await setFact("snapshot", data);
  if (before?.language !== data.language) await renewPage();
}

// What was sent since is open in the one that is kept here; many taps in a row are one reason.
export function renewSnapshot() {
  clearTimeout(soon);
  takenAt = 0;
  soon = setTimeout(takeSnapshot, SOON_MS);
}

// The page for no connection speaks the language of whoever reads it.
async function renewPage() {
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (name.startsWith("huiwu-shell-")) await (await caches.open(name)).add(OFFLINE);
  }
}

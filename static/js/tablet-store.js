// What the tablet keeps for itself: taps that wait, their pictures, and a few facts. Nothing leaves without a verdict.

import { openDB } from "../vendor/idb.js";

const STORES = { queue: { keyPath: "seq" }, files: {}, facts: {} };
// On the disk before the tap is called saved: a tablet may lose its power the moment after.
const STRICT = { durability: "strict" };

let opening = null;

function db() {
  opening ||= openDB("huiwu-tablet", 1, {
    upgrade(made) {
      for (const [name, options] of Object.entries(STORES)) made.createObjectStore(name, options);
    },
    // A newer page wants to change the store: it must not wait for this one.
    blocking(_now, _then, event) { event.target.close(); opening = null; },
    terminated() { opening = null; },
  }).catch((error) => { opening = null; throw error; });
  return opening;
}

export const fact = async (name) => (await db()).get("facts", name);
export const setFact = async (name, value) => (await db()).put("facts", value, name);

// For each event a number of its own, in the order of the taps and never given twice; the tablet's name and its clock.
// Not waited for on the disk: the event itself is, and what was written before it is there with it.
export async function stamp() {
  const change = (await db()).transaction("facts", "readwrite");
  const facts = change.store;
  const [last, known, offset] = await Promise.all([facts.get("number"), facts.get("device"), facts.get("offset")]);
  const [number, device] = [(last ?? 0) + 1, known ?? uuid()];
  await Promise.all([facts.put(number, "number"), facts.put(device, "device"), change.done]);
  return { number, device, offset: offset ?? null };
}

export async function add(entry, file) {
  const change = (await db()).transaction(["queue", "files"], "readwrite", STRICT);
  if (file) change.objectStore("files").put(file, entry.op);
  // Never in the place of another.
  change.objectStore("queue").add(entry);
  await change.done;
}

export const all = async () => (await db()).getAll("queue");
export const fileOf = async (op) => (await db()).get("files", op);

// In one go: some leave, with their pictures, and of some the verdict is noted.
export async function conclude(gone, noted) {
  const writing = (await db()).transaction(["queue", "files"], "readwrite", STRICT);
  for (const entry of gone) {
    writing.objectStore("queue").delete(entry.seq);
    writing.objectStore("files").delete(entry.op);
  }
  for (const entry of noted) writing.objectStore("queue").put(entry);
  await writing.done;
}

// Over plain http a browser gives no randomUUID.
export function uuid() {
  if (globalThis.crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

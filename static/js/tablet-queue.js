// Everything done on the tablet goes here first, in its order, signed; the sender brings it to the server.

import { add, all, conclude, stamp, uuid } from "./tablet-store.js";
import { sealed, who } from "./tablet-who.js";

const others = globalThis.BroadcastChannel ? new BroadcastChannel("huiwu-queue") : null;
// What the server has, and the page does not show yet.
const sent = [];
let entries = [];
let turn = Promise.resolve();

// What another tab sent shows as sent here as well, until the list is read again.
others?.addEventListener("message", ({ data: news }) => {
  if (Array.isArray(news)) {
    sent.push(...news);
    tell(news);
  }
  read();
});

function tell(news) {
  for (const { op, verdict } of news) document.dispatchEvent(new CustomEvent("queue:settled", { detail: { op, verdict } }));
}

export const waiting = () => entries.filter((each) => each.state === "kept");
export const toTell = () => entries.filter((each) => each.state === "told");
export const justSent = () => sent;

export async function read() {
  entries = await all();
  document.dispatchEvent(new CustomEvent("queue"));
}

async function announce(news = []) {
  others?.postMessage(news);
  await read();
}

// One after the other: an undo must not overtake its tick while that is being signed.
export function keep(event, file) {
  turn = turn.catch(() => {}).then(() => write(event, file));
  return turn;
}

async function write({ kind, fields = {}, label = "", ...about }, file) {
  const at = new Date();
  const op = uuid();
  const { number: seq, device, offset } = await stamp();
  const frame = { op, kind, device, sequence: seq, at: at.toISOString(), offset_ms: offset, fields, ...about };
  const entry = {
    seq, op, kind, label, fields, about, at: at.getTime(), state: "kept",
    user: who().id, name: who().name, letter: await sealed(frame),
  };
  await add(entry, file);
  document.dispatchEvent(new CustomEvent("queue:kept", { detail: entry }));
  await announce();
  return entry;
}

// Verdicts came: gone from here, or kept until they were read.
export async function settle(answered, now) {
  await conclude(
    answered.filter(([, verdict]) => !verdict.mustBeRead).map(([entry]) => entry),
    answered.filter(([, verdict]) => verdict.mustBeRead).map(([entry, verdict]) => ({ ...entry, state: "told", verdict })),
  );
  const news = answered.map(([entry, verdict]) => ({ ...entry, state: "sent", verdict, now }));
  sent.push(...news);
  tell(news);
  await announce(news);
}

export function forgetSent(until) {
  const left = sent.filter((each) => each.now > until);
  sent.splice(0, sent.length, ...left);
}

export async function acknowledge(seqs) {
  await conclude(toTell().filter((each) => seqs.includes(each.seq)), []);
  await announce();
}

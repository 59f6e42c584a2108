// Brings what waits to the server: in order, in batches, one tab at a time, again and again until each has its verdict.

import { isOurs } from "./ours.js";
import { keepClock, serverNow } from "./tablet-clock.js";
import { fact, fileOf, setFact } from "./tablet-store.js";
import { read, settle, waiting } from "./tablet-queue.js";

const HELLO = "/tablet/hello/";
const EVENTS = "/tablet/events/";
const PICTURE = "/tablet/events/picture/";
const MOST = 50;
const PATIENCE_MS = 20_000;
const PICTURE_PATIENCE_MS = 60_000;
const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
const REGULAR_MS = 15_000;
// Kept, and something is to be known or done about it.
const TO_BE_READ = new Set(["meeting_cancelled", "step_withdrawn"]);

export const line = { state: "idle", contactAt: 0 };
let token = "";
let pause = FIRST_MS;
let timer = 0;
let running = null;
let again = false;
// Pictures that this line was too slow for: they come after all that does not wait for them.
const slow = new Set();

class Trouble extends Error {
  constructor(state, cause) { super(state, { cause }); this.state = state; }
}

function mark(state) {
  line.state = state;
  document.dispatchEvent(new CustomEvent("queue:line"));
}

async function ask(address, { patience = PATIENCE_MS, ...options } = {}) {
  const begun = Date.now();
  let answer;
  try {
    answer = await fetch(address, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(patience), ...options });
    if (answer.status === 400 || answer.status === 413) return { status: answer.status, isRefused: await isMalformed(answer) };
    // A proxy, or the page of a guest network: no word on who is signed in.
    if (!isOurs(answer)) throw new Trouble("away");
    if (answer.status === 401) throw new Trouble("signed-out");
    if (answer.status === 403) return { status: 403 };
    if (!answer.ok) throw new Trouble("away");
    const data = await answer.json();
    await contact(data.now, begun);
    return { status: 200, data };
  } catch (error) {
    throw error instanceof Trouble ? error : new Trouble("away", error);
  }
}

// Somebody in between refuses as well: that is no verdict on what was sent.
async function isMalformed(answer) {
  const said = await answer.json().catch(() => null);
  return said?.code === "malformed";
}

// The server's time against the middle of the way there and back.
async function contact(now, begun) {
  const ended = Date.now();
  if (now) keepClock(now);
  // By the server's clock, as every time that is shown.
  line.contactAt = serverNow();
  await setFact("contact", line.contactAt);
  if (now) await setFact("offset", Math.round(Date.parse(now) - (begun + ended) / 2));
}

async function freshToken() {
  const { status, data } = await ask(HELLO);
  if (status !== 200) throw new Trouble("forbidden");
  token = data.csrf;
}

async function post(address, body, { headers = {}, ...options } = {}) {
  if (!token) await freshToken();
  const send = () => ask(address, { method: "POST", body, headers: { ...headers, "X-CSRFToken": token }, ...options });
  const first = await send();
  if (first.status !== 403) return first;
  // The token belongs to a session that is over.
  await freshToken();
  return send();
}

const sentAt = () => new Date().toISOString();

function batch(entries) {
  const body = JSON.stringify({ sent_at: sentAt(), events: entries.map((each) => each.letter) });
  return post(EVENTS, body, { headers: { "Content-Type": "application/json" } });
}

async function picture(entry) {
  const body = new FormData();
  for (const [name, value] of Object.entries(entry.letter)) body.set(name, value);
  body.set("sent_at", sentAt());
  const file = await fileOf(entry.op);
  if (file) body.set("file", file, "picture");
  try {
    return await post(PICTURE, body, { patience: PICTURE_PATIENCE_MS });
  } catch (error) {
    if (error.cause?.name !== "TimeoutError") throw error;
    slow.add(entry.seq);
    return { status: "slow" };
  }
}

// Up to the next picture, which goes by itself.
function nextOf(entries, most) {
  const end = entries.findIndex((each) => each.kind === "picture");
  return end === 0 ? entries.slice(0, 1) : entries.slice(0, Math.min(end < 0 ? entries.length : end, most));
}

function mustBeRead({ verdict, code, answer }) {
  const said = verdict === "repeated" ? answer.first : verdict;
  return said === "refused" || said === "conflict" || TO_BE_READ.has(code);
}

async function take(entries, data) {
  const answered = [];
  for (const [place, entry] of entries.entries()) {
    const verdict = data.verdicts[place];
    // Only what is answered is gone; "retry" means that the server knows nothing of it yet.
    if (!verdict || verdict.verdict === "retry" || (verdict.op && verdict.op !== entry.op)) continue;
    answered.push([entry, { ...verdict, mustBeRead: mustBeRead(verdict) }]);
  }
  await settle(answered, Date.parse(data.now));
  document.dispatchEvent(new CustomEvent("queue:verdicts"));
}

// What no server will ever take whole: one that cannot even be read is told and not tried for ever.
async function unreadable(entry) {
  const verdict = { op: entry.op, verdict: "refused", code: "malformed", say: "", faults: {}, answer: {}, mustBeRead: true };
  await take([entry], { verdicts: [verdict], now: new Date().toISOString() });
}

// What was done at a step after a picture waits for it: an undo must not overtake the tick that names it.
const needs = (entry, pictures) =>
  waiting().some(({ kind, seq, about }) => kind === "picture" && pictures.has(seq) && seq < entry.seq && about.step === entry.about.step);

async function bring() {
  const tried = new Set();
  let most = MOST;
  await read();
  for (;;) {
    const left = waiting().filter((each) => !tried.has(each.seq) && !needs(each, tried));
    if (!left.length) break;
    mark("sending");
    const quick = left.filter((each) => !slow.has(each.seq) && !needs(each, slow));
    const entries = nextOf(quick.length ? quick : left, most);
    const { status, data, isRefused } = entries[0].kind === "picture" ? await picture(entries[0]) : await batch(entries);
    if (status === 200) {
      for (const each of entries) tried.add(each.seq);
      await take(entries, data);
    } else if (status === 403) throw new Trouble("forbidden");
    else if (entries.length > 1) most = Math.ceil(entries.length / 2);
    else {
      tried.add(entries[0].seq);
      if (isRefused) await unreadable(entries[0]);
      // A picture may be too large for what is in between, and must not keep the rest; else nothing gets through.
      else if (entries[0].kind !== "picture") throw new Trouble("away");
    }
  }
  if (waiting().length) throw new Trouble("away");
}

async function run() {
  const before = line.contactAt;
  try {
    await bring();
    pause = FIRST_MS;
    // With nothing to send nobody was asked whether there is a connection.
    if (line.contactAt !== before) mark("idle");
  } catch (error) {
    if (!(error instanceof Trouble)) console.warn(error);
    mark(error.state ?? "away");
    clearTimeout(timer);
    timer = setTimeout(flush, pause * (0.75 + Math.random() / 2));
    pause = Math.min(pause * 2, LONGEST_MS);
  }
}

// Another tab that is at it sends what this one kept as well.
const alone = () => (navigator.locks ? navigator.locks.request("huiwu-send", run) : run());

export function flush() {
  clearTimeout(timer);
  if (running) {
    again = true;
    return running;
  }
  running = alone().finally(() => {
    running = null;
    if (again) { again = false; flush(); }
  });
  return running;
}

export function now() {
  pause = FIRST_MS;
  return flush();
}

async function regular() {
  if (document.hidden) return;
  if (waiting().length) { flush(); return; }
  // Nothing to send: is the server there, and what time is it?
  try {
    await freshToken();
    mark("idle");
  } catch (error) {
    mark(error.state ?? "away");
  }
}

export async function watchSending() {
  line.contactAt = (await fact("contact")) ?? 0;
  document.addEventListener("queue:kept", () => { pause = FIRST_MS; flush(); });
  addEventListener("online", now);
  addEventListener("pageshow", (event) => { if (event.persisted) now(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) now(); });
  document.body.addEventListener("live:step", () => { if (waiting().length) now(); });
  setInterval(regular, REGULAR_MS);
  await flush();
  regular();
}

// Forms that no queue keeps, such as a spot check: without a connection a browser would leave the page, and what was
// chosen and typed there.

import { isLeave } from "./signing-out.js";
import { line } from "./tablet-send.js";
import { known, toast } from "./toast.js";

const HELLO = "/tablet/hello/";
const PATIENCE_MS = 4000;

const sure = new WeakSet();

async function isReached() {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return fetch(HELLO, { cache: "no-store", redirect: "manual", signal }).then(() => true, () => false);
}

async function sendIfReached(form, submitter) {
  form.dataset.busy = "1";
  const reached = await isReached();
  delete form.dataset.busy;
  if (!reached) { toast(known("offline"), "error"); return; }
  sure.add(form);
  form.requestSubmit(submitter);
  sure.delete(form);
}

const isPlain = (form) => form.method === "post" && !form.matches("[hx-post], [data-tick], [data-event]") && !isLeave(form);

function hold(event) {
  const { target: form, submitter } = event;
  if (!isPlain(form) || sure.has(form) || (navigator.onLine && line.state !== "away")) return;
  event.preventDefault();
  event.stopPropagation();
  if (!form.dataset.busy) sendIfReached(form, submitter);
}

export function watchPlain() {
  // Before app.js, which takes a form for sent once it was tried.
  document.addEventListener("submit", hold, true);
}

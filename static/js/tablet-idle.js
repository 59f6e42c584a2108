// A shared tablet that nobody touches locks itself. The server does the same; this page is told of hands it cannot see.

import { forgetHere } from "./signing-out.js";

const ACTIVE = "/tablet/active/";
const MINUTES = "tablet-idle-minutes";
const TOUCHED = "tablet-touched";
const TELL_MS = 10_000;
const LOOK_MS = 2000;

let told = Date.now();
let telling = 0;

const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const keep = (name, value) => { try { localStorage.setItem(name, value); } catch { /* the server locks it */ } };

async function tell(form) {
  telling = 0;
  told = Date.now();
  const body = new URLSearchParams(new FormData(form));
  await fetch(ACTIVE, { method: "POST", body, redirect: "manual" }).catch(() => {});
}

function touched(form) {
  keep(TOUCHED, String(Date.now()));
  // Soon after the first touch, and once more after the last.
  if (form && !telling) telling = setTimeout(() => tell(form), Math.max(0, told + TELL_MS - Date.now()));
}

export function watchIdle() {
  const form = document.querySelector("form[data-lock]");
  const isKept = Boolean(document.getElementById("kept-list"));
  const isLocked = "locked" in document.body.dataset;
  if (!form && !isKept && !isLocked) { keep(MINUTES, ""); return; }
  if (form) keep(MINUTES, form.dataset.idleMinutes);
  if (!kept(TOUCHED)) keep(TOUCHED, String(Date.now()));
  for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, () => touched(form), { passive: true, capture: true });
  if (isLocked) return;
  let isOver = false;
  const look = () => {
    const minutes = Number(kept(MINUTES));
    if (isOver || !minutes || Date.now() - Number(kept(TOUCHED)) < minutes * 60_000) return;
    isOver = true;
    if (form) { form.dataset.why = "idle"; form.requestSubmit(); } else forgetHere();
  };
  look();
  setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
}

// Who signs out of a browser, or leaves a shared tablet, wants nothing of theirs shown there to whoever comes next.

import { isOurs } from "./ours.js";

const LONGEST_MS = 1500;
const PATIENCE_MS = 4000;
const AGAIN_MS = 3000;
const LOGOUT = "/accounts/logout/";
const LOCK = "/tablet/lock/";
const LEAVING = "leaving";
const LEFT = "tablet-left";

function noted(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Nothing can be noted here: the session ends by its age.
  }
}

export function isLeaving() {
  try {
    return localStorage.getItem(LEAVING) === "yes";
  } catch {
    return false;
  }
}

// The session is over already, by its age, another PIN, or because the tablet was shut out.
export function forgetWhoLeft() {
  noted(LEAVING, null);
  noted(LEFT, `${LOCK} ${Date.now()}`);
  forget().catch((error) => console.warn(error));
}

// Made good by the next page that has a connection, before anything is shown there.
const leaveLater = () => location.assign("/tablet/");

const pathOf = (form) => new URL(form.action, location.href).pathname;

// A browser that thinks it is connected may reach nobody: the page of whoever was here goes all the same.
async function leave(form, isSent) {
  const body = new URLSearchParams(new FormData(form));
  if (form.dataset.why) body.set("why", form.dataset.why);
  noted(LEAVING, "yes");
  noted(LEFT, `${pathOf(form)} ${Date.now()}`);
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(form.action, { method: "POST", body, signal });
    // Led on by us it is done; a page of a guest network, or a token that is too old, has ended nothing.
    if (!answer.redirected || !isOurs(answer)) throw new Error(String(answer.status));
    noted(LEAVING, null);
    location.assign(answer.url);
  } catch {
    if (isSent) leaveLater();
    else setTimeout(leave, AGAIN_MS, form);
  }
}

// The tablet's hand and the steps it kept go; what it has not sent yet stays, signed, and goes with the next session.
function forgetTablet() {
  return new Promise((resolve) => {
    const opening = indexedDB.open("huiwu-tablet");
    opening.onerror = resolve;
    // Never used as a tablet: nothing was kept, and nothing is made.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onsuccess = () => {
      const change = opening.result.transaction("facts", "readwrite");
      for (const name of ["who", "snapshot"]) change.objectStore("facts").delete(name);
      change.oncomplete = () => { opening.result.close(); resolve(); };
      change.onabort = resolve;
    };
  });
}

async function forget() {
  await forgetTablet().catch(() => {});
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

function soonForgotten() {
  const late = new Promise((resolve) => { setTimeout(resolve, LONGEST_MS); });
  return Promise.race([forget().catch(() => {}), late]);
}

export const isLeave = (form) => [LOGOUT, LOCK].includes(pathOf(form));

// From the page that stands in without a connection, which has no form and no session.
export function forgetHere() {
  noted(LEAVING, "yes");
  return soonForgotten().finally(leaveLater);
}

export function watchSigningOut() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!isLeave(form)) return;
    event.preventDefault();
    soonForgotten().finally(() => leave(form, true));
  });
  // Another page of the same browser was left: this one would go on with the first person's hand.
  addEventListener("storage", ({ key, newValue }) => {
    const { body } = document;
    if (key !== LEFT || !newValue || "locked" in body.dataset) return;
    // What is half written on a page of the office stays: signed out, it is shown to nobody who cannot see it already.
    if (newValue.startsWith(LOCK) || body.classList.contains("tablet")) location.assign("/tablet/");
  });
  // The session outlived a sign-out that could not reach the server.
  if (document.querySelector("[data-signed-out]")) noted(LEAVING, null);
  const form = document.querySelector(`form[action="${LOCK}"], form[action="${LOGOUT}"]`);
  if (!form || !isLeaving()) return;
  // Nothing of the person who left is shown, and no page asked for again and again.
  document.body.hidden = true;
  leave(form, false);
}

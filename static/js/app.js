// What every page needs: menus, dialogs, messages, and htmx's answers to trouble.

import { isOursXhr } from "./ours.js";
import { watchSigningOut } from "./signing-out.js";
import { watchIdle } from "./tablet-idle.js";
import { known, toast } from "./toast.js";
import { watchUnfolded } from "./unfolded.js";

const LOGIN = "/accounts/login/";

// A session that ran out must lead to the sign-in page, not put it into a fragment of this one.
document.addEventListener("htmx:beforeSwap", (event) => {
  const address = event.detail.xhr.responseURL;
  if (!address || new URL(address).pathname !== LOGIN || location.pathname === LOGIN) return;
  event.detail.shouldSwap = false;
  location.assign(`${LOGIN}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

// What a page asks by itself is asked again soon, and the mark of the connection tells the state meanwhile.
function isAsked({ detail: { requestConfig } }) {
  return requestConfig?.verb !== "get" || Boolean(requestConfig.triggeringEvent?.isTrusted);
}

function tellOffline(event) {
  if (isAsked(event)) toast(known("offline"), "error");
}

// What the page of a guest network says takes the place of nothing.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.isError || isOursXhr(event.detail.xhr)) return;
  event.detail.shouldSwap = false;
  tellOffline(event);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, tellOffline);
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (!isOursXhr(xhr)) { tellOffline(event); return; }
  const text = { 403: known("forbidden"), 404: known("missing") }[xhr.status];
  if (text || isAsked(event)) toast(text || known("failed"), "error");
});

// The server says: HX-Trigger: {"toast": {"text": …, "level": …}}
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.level));

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const dialog = document.getElementById("confirm");
  dialog.querySelector("p").textContent = event.detail.question;
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "yes") event.detail.issueRequest(true);
  }, { once: true });
  dialog.returnValue = "no";
  dialog.showModal();
});

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest?.("details.menu"));
  const opener = event.target.closest?.("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  const closer = event.target.closest?.("[data-close-dialog]");
  if (closer) closer.closest("dialog")?.close();
  // A click on the dimmed page closes the dialog above it.
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// A form sent twice by a double click asks the server twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
watchSigningOut();
watchIdle();
watchUnfolded();
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The first thing wrong is where the reader should be.
const wrong = document.querySelector(".is-invalid, .field-errors");
for (let box = wrong?.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
if (wrong?.matches(".is-invalid")) wrong.focus();
else wrong?.scrollIntoView({ block: "center" });

// The list that is kept here, drawn without a connection; of this page it comes first, and asks for little else.

import { hour, keepOffset, serverNow } from "./tablet-clock.js";
import { snapshot } from "./tablet-snapshot.js";
import { fact } from "./tablet-store.js";
import { takeStoredHand } from "./tablet-who.js";

const FORM = /^\/tablet\/meetings\/([^/]+)\/(wish|note|incident)\/$/;
const HANDOVER = /^\/tablet\/handover\/(?:(\d+)\/)?$/;

const by = (id) => document.getElementById(id);

// Late, now and next move on with the clock; the server divided nothing for later hours.
export function divide() {
  const list = by("kept-list");
  const now = serverNow();
  const days = [...list.querySelectorAll("[data-kept-day]")];
  const today = days.find((each) => now < Date.parse(each.dataset.keptDay)) ?? days.at(-1);
  if (!today) return;
  // Over midnight what is left of yesterday stands with today's.
  const rows = days.slice(0, days.indexOf(today) + 1).flatMap((each) => [...each.querySelectorAll("[data-step]")]);
  const places = { late: [], now: [], next: [] };
  for (const row of rows) {
    const ring = row.querySelector("[data-ring]");
    const due = Date.parse(ring?.dataset.limit ?? row.dataset.due);
    const isOpen = row.dataset.state === "open";
    places[isOpen && due < now ? "late" : Date.parse(row.dataset.opens) <= now ? "now" : "next"].push(row);
  }
  for (const [name, rows] of Object.entries(places)) {
    let part = today.querySelector(`[data-part=${name}]`);
    if (!part) {
      part = document.createElement("div");
      part.dataset.part = name;
      part.append(Object.assign(document.createElement("h3"), { textContent: list.dataset[name], className: `kept-part is-${name}` }));
      today.append(part);
    }
    part.hidden = !rows.length;
    // Only what changed its place is moved: a field one types in keeps its focus.
    for (const row of rows) if (row.parentElement !== part) part.append(row);
  }
}

function formIn(html, name) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content.querySelector(`[data-kept-form="${name}"]`);
}

// The offer, or the answer to one that was known here before the connection went.
function openHandover(kept, [, offer]) {
  const form = formIn(kept.forms, offer ? `handover-${offer}` : "handover");
  if (form) by("kept-form").replaceChildren(form);
}

function openMeeting(kept, [, ref, kind]) {
  const form = formIn(kept.forms, kind);
  const link = [...by("kept-list").querySelectorAll("a")].find((each) => each.getAttribute("href").includes(`/${ref}/`));
  const room = link?.closest("li").querySelector(".step-room").textContent ?? ref;
  form.querySelector("[data-kept-room]").textContent = room;
  form.dataset.booking = ref;
  form.dataset.label = form.querySelector("h2").textContent;
  by("kept-form").replaceChildren(form);
}

function openForm(kept) {
  const { pathname } = location;
  const [handover, meeting] = [HANDOVER.exec(pathname), FORM.exec(pathname)];
  if (handover) openHandover(kept, handover);
  else if (meeting) openMeeting(kept, meeting);
}

function unfold({ target }) {
  const folded = target.querySelector(":scope > template");
  if (target.open && folded) folded.replaceWith(folded.content);
}

function draw(kept, { name }) {
  document.querySelector("[data-clock]").dataset.zone = kept.zone;
  document.querySelector("[data-kept-name]").textContent = name;
  // Made by this server from our own templates, for this page.
  by("kept-list").innerHTML = kept.html;
  by("kept-list").addEventListener("toggle", unfold, true);
  by("kept-at").hidden = false;
  document.querySelector("[data-kept-at]").textContent = hour(kept.at);
  divide();
  openForm(kept);
  performance.mark("kept-list");
}

const parsed = () => new Promise((done) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", done, { once: true });
  else done();
});

// What is kept is read while the page is still being put together. Whoever calls it lets go of the list (inert)
// once a tap on it is kept.
export async function showKept() {
  const [who, offset, kept] = await Promise.all([takeStoredHand(), fact("offset"), snapshot(), parsed()]);
  keepOffset(offset);
  const isOwn = kept && who && kept.user === who.id;
  by("kept-none").hidden = Boolean(isOwn);
  if (isOwn) draw(kept, who);
}

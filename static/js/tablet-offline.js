// The tablet without a connection: the steps kept here, tapped as ever. Back to the real page once the server answers.

import { watchBar } from "./tablet-bar.js";
import { watchCalls } from "./tablet-calls.js";
import { hour, keepOffset, serverNow } from "./tablet-clock.js";
import { watchEvidence } from "./tablet-evidence.js";
import { watchHandover } from "./tablet-handover.js";
import { watchKeptTaps } from "./tablet-kept-taps.js";
import { read, waiting } from "./tablet-queue.js";
import { watchRings } from "./tablet-rings.js";
import { watchRows } from "./tablet-rows.js";
import { line, watchSending } from "./tablet-send.js";
import { snapshot } from "./tablet-snapshot.js";
import { watchSound } from "./tablet-sound.js";
import { fact } from "./tablet-store.js";
import { watchSwipes } from "./tablet-swipe.js";
import { watchTaps } from "./tablet-taps.js";
import { watchTogether } from "./tablet-together.js";
import { watchUndo } from "./tablet-undo.js";
import { takeHand, who } from "./tablet-who.js";

const LOOK_MS = 5000;
// Opened at its own address it stands in for no page, and a reload would only bring it up again.
const standsIn = location.pathname !== "/tablet/offline/";
const FORM = /^\/tablet\/meetings\/([^/]+)\/(wish|note|incident)\/$/;
const HANDOVER = /^\/tablet\/handover\/(?:(\d+)\/)?$/;

const by = (id) => document.getElementById(id);

function tick() {
  document.querySelector("[data-clock]").textContent = hour(serverNow());
}

// Late, now and next move on with the clock; the server divided nothing for later hours.
function divide() {
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

// The offer, or the answer to one that was known here before the connection went.
function openHandover(holder) {
  const found = HANDOVER.exec(location.pathname);
  if (!found) return false;
  const form = holder.content.querySelector(`[data-kept-form="handover${found[1] ? `-${found[1]}` : ""}"]`);
  if (form) by("kept-form").replaceChildren(form);
  return true;
}

function openForm(kept) {
  const holder = document.createElement("template");
  holder.innerHTML = kept.forms;
  const found = FORM.exec(location.pathname);
  if (openHandover(holder) || !found) return;
  const [, ref, kind] = found;
  const form = holder.content.querySelector(`[data-kept-form=${kind}]`);
  const link = [...by("kept-list").querySelectorAll("a")].find((each) => each.getAttribute("href").includes(`/${ref}/`));
  const room = link?.closest("li").querySelector(".step-room").textContent ?? ref;
  form.querySelector("[data-kept-room]").textContent = room;
  form.dataset.booking = ref;
  form.dataset.label = form.querySelector("h2").textContent;
  by("kept-form").replaceChildren(form);
}

async function show() {
  const kept = await snapshot();
  const isOwn = kept && who() && kept.user === who().id;
  by("kept-none").hidden = Boolean(isOwn);
  if (!isOwn) return;
  document.querySelector("[data-clock]").dataset.zone = kept.zone;
  document.querySelector("[data-kept-name]").textContent = who().name;
  // Made by this server from our own templates, for this page.
  by("kept-list").innerHTML = kept.html;
  by("kept-at").hidden = false;
  document.querySelector("[data-kept-at]").textContent = hour(kept.at);
  divide();
  openForm(kept);
  performance.mark("kept-list");
}

// Half typed, or being written: a reload would take it away.
const isBusy = () => document.querySelector(".is-typing, form[data-busy]") || by("kept-form").querySelector("input:focus, textarea:focus");

function goBack() {
  if (!standsIn || isBusy()) return;
  if (line.state === "signed-out" || (line.state === "idle" && !waiting().length)) location.reload();
}

async function look() {
  try {
    // What the reload will ask for; else it brings this page up again, and cuts off what is on its way.
    const answer = await fetch(location.href, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(4000) });
    if (answer.status < 500 && line.state !== "sending" && !isBusy()) location.reload();
  } catch {
    // Still away.
  }
}

async function begin() {
  await takeHand({ stored: true });
  keepOffset(await fact("offset"));
  await show();
  await read();
  tick();
  watchTaps();
  watchKeptTaps();
  watchRows();
  watchBar();
  watchUndo();
  watchTogether();
  watchHandover();
  watchSwipes();
  watchRings();
  watchCalls();
  watchEvidence();
  watchSound();
  setInterval(tick, 1000);
  setInterval(divide, 10_000);
  if (standsIn) setInterval(look, LOOK_MS);
  document.addEventListener("queue:line", goBack);
  await watchSending();
}

begin().catch((error) => {
  console.warn(error);
  by("kept-none").hidden = false;
  if (standsIn) setInterval(look, LOOK_MS);
});

// The tablet without a connection: what is kept here is seen first, then comes what it takes to work on it.

import { showKept } from "./tablet-kept-list.js";

const PATIENCE_MS = 200;

// A page in the background is not painted, and not waited for.
const painted = () => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done));
  setTimeout(done, PATIENCE_MS);
});

function tellNone(error) {
  console.warn(error);
  document.getElementById("kept-none").hidden = false;
}

async function begin() {
  await showKept().catch(tellNone);
  await painted();
  const [{ workOn }] = await Promise.all([import("./tablet-offline-work.js"), import("./app.js")]);
  await workOn();
}

begin().catch(tellNone);

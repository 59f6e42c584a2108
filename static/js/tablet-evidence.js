// Photos shrunk before they are sent, and signatures drawn on the glass. Both travel as files of the step's form.

import { preview, put, shrinkIn } from "./pictures.js";

// Wider drawings are refused by the server.
const WIDEST = 2000;

const pads = new WeakMap();
// Rows held because a picture is being chosen for them, and nothing else was entered before.
const choosing = new WeakSet();

// The new picture is another file: what was sent under the old name is not it.
function renew(box) {
  const op = box.querySelector("[name='file_op']");
  if (op && globalThis.crypto?.randomUUID) op.value = crypto.randomUUID();
}

const pickIn = (event) => (event.target.matches?.("[data-photo] input[type='file']") ? event.target : null);

// While the camera is open the row stays: its picture would come back to an input that is gone.
function hold(input) {
  const row = input.closest("[data-step]");
  if (!row || row.classList.contains("is-typing")) return;
  choosing.add(row);
  row.classList.add("is-typing");
}

function letGo(input) {
  const row = input.closest("[data-step]");
  if (row && choosing.delete(row)) row.classList.remove("is-typing");
}

async function takePhoto(input) {
  const box = input.closest("[data-photo]");
  const [file] = input.files;
  if (!file) return;
  const buttons = [...input.form.querySelectorAll("button")].filter((button) => !button.disabled);
  for (const button of buttons) button.disabled = true;
  renew(box);
  await shrinkIn(input);
  for (const button of buttons) button.disabled = false;
  preview(box, input.files[0]);
  const row = input.closest("[data-step]");
  row?.classList.add("is-typing");
  choosing.delete(row);
  if (box.hasAttribute("data-sends")) box.requestSubmit();
}

function bytes(dataUrl) {
  const text = atob(dataUrl.slice(dataUrl.indexOf(",") + 1));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function fit(canvas, pad) {
  const { width, height } = canvas.getBoundingClientRect();
  if (!width) return;
  const ratio = Math.min(globalThis.devicePixelRatio || 1, WIDEST / width);
  const scale = canvas.drawnAt ? width / canvas.drawnAt : 1;
  const strokes = pad.toData();
  for (const stroke of strokes) {
    for (const point of stroke.points) {
      point.x *= scale;
      point.y *= scale;
    }
  }
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.getContext("2d").scale(ratio, ratio);
  canvas.drawnAt = width;
  pad.clear();
  if (strokes.length) pad.fromData(strokes);
}

function keepDrawing(box, pad) {
  const input = box.querySelector("[name='signature']");
  renew(box);
  const isEmpty = pad.isEmpty();
  const drawing = isEmpty ? null : new Blob([bytes(pad.toDataURL("image/png"))], { type: "image/png" });
  put(input, drawing, "signature.png");
  box.classList.toggle("is-drawn", !isEmpty);
  if (!isEmpty) box.closest("[data-step]")?.classList.add("is-typing");
}

async function setUpPad(box) {
  if (pads.has(box)) return;
  pads.set(box, null);
  const { default: SignaturePad } = await import(box.dataset.signature);
  const paper = box.querySelector("[data-paper]");
  const canvas = paper.querySelector("canvas");
  paper.hidden = false;
  const pad = new SignaturePad(canvas, { penColor: "#101814", backgroundColor: "#ffffff", minWidth: 1, maxWidth: 3 });
  pads.set(box, pad);
  pad.addEventListener("endStroke", () => keepDrawing(box, pad));
  paper.querySelector("[data-clear]").addEventListener("click", () => {
    pad.clear();
    keepDrawing(box, pad);
  });
  // Turned from portrait to landscape, or unfolded: the drawing keeps its place on the paper.
  new ResizeObserver(() => fit(canvas, pad)).observe(canvas);
}

function setUp(within) {
  for (const box of within.querySelectorAll?.("[data-signature]") ?? []) setUpPad(box);
}

export function watchEvidence() {
  const { body } = document;
  body.addEventListener("click", (event) => { if (pickIn(event)) hold(pickIn(event)); });
  body.addEventListener("cancel", (event) => { if (pickIn(event)) letGo(pickIn(event)); });
  body.addEventListener("change", (event) => { if (pickIn(event)) takePhoto(pickIn(event)); });
  body.addEventListener("htmx:load", (event) => setUp(event.detail.elt.parentElement ?? event.detail.elt));
  setUp(body);
}

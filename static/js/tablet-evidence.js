// Photos shrunk before they are sent, and signatures drawn on the glass. Both travel as files of the step's form.

const LONGEST_SIDE = 1600;
const QUALITY = 0.85;
// Wider drawings are refused by the server.
const WIDEST = 2000;

const pads = new WeakMap();

// The new picture is another file: what was sent under the old name is not it.
function renew(box) {
  const op = box.querySelector("[name='file_op']");
  if (op && globalThis.crypto?.randomUUID) op.value = crypto.randomUUID();
}

function put(input, blob, name) {
  const carrier = new DataTransfer();
  if (blob) carrier.items.add(new File([blob], name, { type: blob.type }));
  input.files = carrier.files;
}

function sized(width, height) {
  const share = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return [Math.round(width * share), Math.round(height * share)];
}

async function shrunk(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = sized(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
}

function preview(box, blob) {
  const image = box.querySelector(".photo-preview");
  if (!image) return;
  if (image.src) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(blob);
  image.hidden = false;
}

async function takePhoto(input) {
  const box = input.closest("[data-photo]");
  const [file] = input.files;
  if (!file) return;
  const buttons = [...input.form.querySelectorAll("button")].filter((button) => !button.disabled);
  for (const button of buttons) button.disabled = true;
  renew(box);
  try {
    const small = await shrunk(file);
    if (small && small.size < file.size) put(input, small, "photo.jpg");
  } catch {
    // Not a picture this browser can draw: the server says what it takes.
  }
  for (const button of buttons) button.disabled = false;
  preview(box, input.files[0]);
  input.closest("[data-step]")?.classList.add("is-typing");
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
  body.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-photo] input[type='file']")) takePhoto(event.target);
  });
  body.addEventListener("htmx:load", (event) => setUp(event.detail.elt.parentElement ?? event.detail.elt));
  setUp(body);
}

// Pictures of a form's file input, shrunk where they were taken and shown before they are sent.

const LONGEST_SIDE = 1600;
const QUALITY = 0.85;

export function put(input, blob, name) {
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

export async function shrinkIn(input) {
  const [file] = input.files;
  try {
    const small = await shrunk(file);
    if (small && small.size < file.size) put(input, small, "photo.jpg");
  } catch {
    // Not a picture this browser can draw: the server says what it takes.
  }
}

export function preview(box, blob) {
  const image = box.querySelector(".photo-preview");
  if (!image) return;
  if (image.src) URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(blob);
  image.hidden = false;
}

// The photo of a person: shrunk and shown before it is sent.

import { preview, shrinkIn } from "./pictures.js";

for (const form of document.querySelectorAll("form[data-portrait]")) {
  const input = form.elements.photo;
  const buttons = form.querySelectorAll("button");
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    for (const button of buttons) button.disabled = true;
    await shrinkIn(input);
    for (const button of buttons) button.disabled = false;
    preview(form, input.files[0]);
  });
}

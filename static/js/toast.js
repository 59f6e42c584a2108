// Short messages in the corner, announced to screen readers.

const area = () => document.getElementById("toasts");

export function toast(text, level = "info", seconds = 6) {
  const item = document.createElement("div");
  item.className = `toast-item is-${level}`;
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", area().dataset.close);
  close.addEventListener("click", () => item.remove());
  item.append(words, close);
  area().append(item);
  // What went wrong stays until it is read.
  if (level !== "error") setTimeout(() => item.remove(), seconds * 1000);
  return item;
}

export function known(name) {
  return area().dataset[name];
}

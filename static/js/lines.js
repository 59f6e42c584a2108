/* A form of lines: one more at the end, up and down. Without it the numbers do the same. */

for (const form of document.querySelectorAll("form[data-lines]")) {
  const rows = form.querySelector("[data-rows]");
  const empty = form.querySelector("template[data-empty]");
  const total = form.querySelector("[name$='-TOTAL_FORMS']");
  const most = Number(form.querySelector("[name$='-MAX_NUM_FORMS']").value);
  const add = form.querySelector("[data-add]");

  const renumber = () => {
    [...rows.children].forEach((row, place) => { row.querySelector("[name$='-ORDER']").value = place + 1; });
    add.disabled = Number(total.value) >= most;
  };
  const dress = (row) => {
    row.querySelector("[data-place]").classList.add("visually-hidden");
    row.querySelector("[data-place] input").tabIndex = -1;
    for (const button of row.querySelectorAll("[data-up], [data-down]")) button.hidden = false;
  };

  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]");
    if (!button) return;
    const row = button.closest("[data-row]");
    const isUp = button.matches("[data-up]");
    const other = isUp ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    rows.insertBefore(isUp ? row : other, isUp ? other : row);
    renumber();
    button.focus();
  });
  add.addEventListener("click", () => {
    const holder = document.createElement("template");
    holder.innerHTML = empty.innerHTML.replaceAll("__prefix__", total.value);
    const row = holder.content.querySelector("[data-row]");
    rows.append(row);
    total.value = Number(total.value) + 1;
    dress(row);
    renumber();
    row.querySelector("input[type=text]").focus();
  });

  [...rows.children].forEach(dress);
  add.hidden = false;
  renumber();
}

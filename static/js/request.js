// The request form: lengths, quantities guessed from the head count, rows, and one line that sums it up.

const form = document.getElementById("request-form");
const field = (name) => form.elements.namedItem(name);
const changed = (input) => input.dispatchEvent(new Event("change", { bubbles: true }));

function toMinutes(text) {
  const [hours, minutes] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

const toClock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

// Moving the start keeps the length.
let lastStart = field("start").value;
field("start").addEventListener("change", () => {
  const { value } = field("start");
  const end = field("end").value;
  if (value && lastStart && end) {
    const length = toMinutes(end) - toMinutes(lastStart);
    const moved = toMinutes(value) + length;
    if (length > 0 && moved < 24 * 60) field("end").value = toClock(moved);
  }
  lastStart = value;
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[type=button]");
  if (!button) return;
  if (button.dataset.minutes && field("start").value) {
    const end = toMinutes(field("start").value) + Number(button.dataset.minutes);
    if (end < 24 * 60) {
      field("end").value = toClock(end);
      changed(field("end"));
    }
  }
  if (button.dataset.step) {
    const count = field("headcount");
    count.value = Math.max(1, (Number(count.value) || 0) + Number(button.dataset.step));
    changed(count);
  }
  if (button.dataset.room) takeAlternative(button.dataset);
  if (button.id === "plates-all") field("name_plates").value = field("headcount").value;
  if (button.hasAttribute("data-add-row")) addRow(button.closest("[data-rows]"));
  if (button.hasAttribute("data-drop-row")) dropRow(button.closest(".form-row"));
});

// All that is written stays; only what the card says changes.
function takeAlternative({ room, on, start, end, endsOn, headcount, without }) {
  Object.entries({ on, start, end, ends_on: endsOn }).forEach(([name, value]) => { field(name).value = value; });
  lastStart = start;
  if (headcount) field("headcount").value = headcount;
  for (const kind of without.split(" ").filter(Boolean)) {
    if (kind === "microphone") field("microphones").value = "";
    const box = form.querySelector(`input[name=equipment][value="${kind}"]`);
    if (box) box.checked = false;
  }
  const choose = () => {
    const radio = form.querySelector(`input[name=room][value="${room}"]`);
    if (radio && !radio.disabled) {
      radio.checked = true;
      radio.focus();
    }
    say();
  };
  document.getElementById("rooms").addEventListener("htmx:afterSettle", choose, { once: true });
  changed(field("on"));
}

function addRow(block) {
  const total = block.querySelector("[name$=TOTAL_FORMS]");
  const row = block.querySelector("template").content.firstElementChild.cloneNode(true);
  row.innerHTML = row.innerHTML.replaceAll("__prefix__", total.value);
  total.value = Number(total.value) + 1;
  block.querySelector(".form-rows-list").append(row);
  row.querySelector("input, select").focus();
}

// The server drops a row in which nothing is written, so that the numbers of the others stay.
function dropRow(row) {
  for (const input of row.querySelectorAll("input, select")) input.value = "";
  row.hidden = true;
}

const withNumber = (text, n) => text.replaceAll("{n}", n);

function guess() {
  const n = Number(field("headcount").value) || 0;
  const line = document.getElementById("guess");
  const { cups, bottles, pens } = line.dataset;
  const parts = [];
  if (field("tea").checked || field("coffee").checked) parts.push(withNumber(cups, n));
  if (field("water").checked) parts.push(withNumber(bottles, n));
  if (field("stationery").checked) parts.push(withNumber(pens, n));
  line.textContent = n && parts.length ? `${withNumber(line.dataset.for, n)} ${parts.join(" · ")}` : "";
  const plates = document.getElementById("plates-all");
  plates.textContent = withNumber(plates.dataset.text, n);
}

function dayInWords(value) {
  if (!value) return "";
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { month: "long", day: "numeric", weekday: "short", timeZone: "UTC" });
  return format.format(new Date(value));
}

function say() {
  const room = form.querySelector("input[name=room]:checked");
  const parts = [room?.dataset.code, dayInWords(field("on").value), `${field("start").value}–${field("end").value}`];
  document.getElementById("summary").textContent = parts.filter(Boolean).join(" · ");
}

function refresh() {
  guess();
  say();
}

form.addEventListener("change", refresh);
form.addEventListener("input", refresh);
// A room chosen while the list was on its way stays chosen.
const list = document.getElementById("rooms");
let chosen = "";
list.addEventListener("htmx:beforeSwap", () => {
  chosen = form.querySelector("input[name=room]:checked")?.value ?? "";
});
list.addEventListener("htmx:afterSettle", () => {
  const radio = chosen && form.querySelector(`input[name=room][value="${chosen}"]`);
  if (radio && !radio.disabled) radio.checked = true;
  refresh();
});

refresh();

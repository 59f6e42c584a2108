/* A paper that is being written: saved as it is answered, the time left, and handed in when it is up.
   Only what was changed in this tab is sent, so that two tabs never undo each other. The server decides in any case. */

const RETRY_MS = [2_000, 5_000, 10_000];
const PAUSE_MS = 700;
const paper = document.getElementById("paper");

if (paper) {
  const bar = paper.querySelector(".paper-bar");
  const left = bar.querySelector("[data-seconds]");
  const saved = document.getElementById("paper-saved");
  const warning = document.getElementById("paper-warning");
  const others = "BroadcastChannel" in window ? new BroadcastChannel(paper.dataset.channel) : null;
  const unsaved = paper.querySelector("template[data-unsaved]").innerHTML;
  // Changed and not sent yet, and what is on its way.
  const dirty = new Set(), sending = new Set();
  let until = 0, timer = 0, failed = 0, isSending = false, isOver = false;

  const named = (name) => [...paper.elements].filter((each) => each.name === name);
  const valuesOf = (name) => named(name).filter((each) => each.checked || !["radio", "checkbox"].includes(each.type)).map((each) => each.value);
  const bodyOf = (names) => {
    const body = new URLSearchParams();
    for (const name of names) {
      body.append("place", name.slice(1));
      for (const value of valuesOf(name)) body.append(name, value);
    }
    return body;
  };
  const put = (name, values) => {
    for (const each of named(name)) {
      if (each.type === "textarea") each.value = values[0] ?? "";
      else each.checked = values.includes(each.value);
    }
  };

  // Counted from what the server says is left: the device's clock may be wrong.
  const set = (seconds) => { until = performance.now() + seconds * 1000; };
  const say = (text) => { if (warning.textContent !== text) warning.textContent = text; };
  const show = () => {
    const seconds = Math.max(0, Math.round((until - performance.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    left.classList.toggle("is-short", seconds <= 120);
    if (seconds <= 60) say(warning.dataset.one);
    else if (seconds <= 300) say(warning.dataset.five);
    if (seconds === 0 && !isOver) paper.requestSubmit();
  };

  const later = (ms) => { clearTimeout(timer); timer = setTimeout(save, ms); };

  async function save() {
    clearTimeout(timer);
    if (isSending || isOver) return;
    isSending = true;
    const names = [...dirty];
    for (const name of names) sending.add(name);
    const values = Object.fromEntries(names.map((name) => [name, valuesOf(name)]));
    dirty.clear();
    try {
      const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
      const headers = { "HX-Request": "true", "X-CSRFToken": token };
      const answer = await fetch(paper.dataset.save, { method: "POST", body: bodyOf(names), headers, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      saved.innerHTML = await answer.text();
      failed = 0;
      const told = saved.querySelector("[data-left]");
      if (!told) { isOver = true; setTimeout(() => location.reload(), 2_000); return; }
      set(Number(told.dataset.left));
      if (names.length) others?.postMessage({ values });
    } catch {
      // It stays to be sent; what was written meanwhile goes along.
      for (const name of names) dirty.add(name);
      saved.innerHTML = unsaved;
      later(RETRY_MS[Math.min(failed++, RETRY_MS.length - 1)]);
    } finally {
      sending.clear();
      isSending = false;
    }
    if (dirty.size && !failed) later(PAUSE_MS);
  }

  const touched = (event, pause) => {
    const { name } = event.target;
    if (!/^q\d+$/.test(name || "")) return;
    dirty.add(name);
    if (!failed) later(pause);
  };

  paper.addEventListener("input", (event) => touched(event, PAUSE_MS));
  paper.addEventListener("change", (event) => touched(event, 0));
  paper.addEventListener("submit", () => { isOver = true; others?.postMessage({ isOver }); });
  paper.addEventListener("formdata", ({ formData }) => {
    formData.delete("whole");
    const wanted = new Set([...dirty, ...sending]);
    for (const name of new Set([...formData.keys()])) if (/^q\d+$/.test(name) && !wanted.has(name)) formData.delete(name);
    for (const name of wanted) formData.append("place", name.slice(1));
  });
  others?.addEventListener("message", ({ data }) => {
    if (data.isOver) { isOver = true; setTimeout(() => location.reload(), 1_000); return; }
    for (const [name, values] of Object.entries(data.values)) if (!dirty.has(name)) put(name, values);
  });
  // The last words of a page that goes away, and the true time of one that comes back.
  addEventListener("pagehide", () => {
    const names = [...dirty, ...sending];
    if (!names.length || isOver) return;
    const body = bodyOf(names);
    body.append("csrfmiddlewaretoken", paper.elements.csrfmiddlewaretoken.value);
    navigator.sendBeacon(paper.dataset.save, body);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) later(0); });
  addEventListener("online", () => later(0));

  // What was answered before this script ran.
  for (const each of paper.elements) {
    const isChanged = each.type === "textarea" ? each.value !== each.defaultValue : each.checked !== each.defaultChecked;
    if (/^q\d+$/.test(each.name) && isChanged) dirty.add(each.name);
  }
  if (dirty.size) later(0);

  set(Number(left.dataset.seconds));
  setInterval(show, 1000);
  show();
}

// What somebody unfolded stays so when its part of the page is fetched anew.

const touched = new Map();

export function watchUnfolded() {
  document.addEventListener("toggle", ({ target }) => {
    if (target.matches?.("details[data-keeps-open]")) touched.set(target.id, target.open);
  }, true);
  document.addEventListener("htmx:afterSwap", () => {
    for (const [id, open] of touched) {
      const details = document.getElementById(id);
      if (details) details.open = open;
    }
  });
}

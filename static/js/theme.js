// Runs before the first paint, so that a dark page never flashes white and large letters never jump.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const kept = (name, otherwise) => {
    try {
      return localStorage.getItem(name) || otherwise;
    } catch {
      return otherwise;
    }
  };
  const keep = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };
  let text = kept("text-size", "normal");
  let theme = kept("theme", "auto");
  const press = (name, chosen) => {
    for (const button of document.querySelectorAll(`[data-${name}-choice]`)) {
      button.setAttribute("aria-pressed", String(button.getAttribute(`data-${name}-choice`) === chosen));
    }
  };
  const apply = () => {
    const shown = theme === "auto" ? (dark.matches ? "dark" : "light") : theme;
    document.documentElement.dataset.bsTheme = shown;
    // Of the tablet's pages alone; the office has its browser for that.
    document.documentElement.dataset.text = text;
    press("theme", theme);
    press("text", text);
  };
  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-theme-choice], [data-text-choice]");
    if (!button) return;
    if (button.dataset.themeChoice) keep("theme", theme = button.dataset.themeChoice);
    else keep("text-size", text = button.dataset.textChoice);
    apply();
  });
  // Chosen in another window of this device.
  addEventListener("storage", () => {
    [text, theme] = [kept("text-size", text), kept("theme", theme)];
    apply();
  });
  apply();
})();

// The usual times fill the form's two fields.

for (const button of document.querySelectorAll("[data-begins]")) {
  button.addEventListener("click", () => {
    const form = button.closest("form");
    form.elements.begins.value = button.dataset.begins;
    form.elements.ends.value = button.dataset.ends;
    form.querySelector("button:not([type=button])").focus();
  });
}

// A choice of site shows it at once.
document.getElementById("site")?.addEventListener("change", (event) => event.target.form.requestSubmit());

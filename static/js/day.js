// Choosing a date or a site shows it at once.

document.body.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

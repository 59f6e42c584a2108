// Fills the form with a demonstration account.

const form = document.getElementById("sign-in");

for (const button of document.querySelectorAll("[data-account]")) {
  button.addEventListener("click", () => {
    form.username.value = button.dataset.account;
    form.password.value = "demo";
    form.querySelector("[type=submit]").focus();
  });
}

// Who signs out of a browser wants no notices shown there to whoever comes next.

const LONGEST_MS = 1500;

async function forget() {
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

export function watchSigningOut() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (new URL(form.action, location.href).pathname !== "/accounts/logout/") return;
    event.preventDefault();
    const late = new Promise((resolve) => { setTimeout(resolve, LONGEST_MS); });
    Promise.race([forget().catch(() => {}), late]).finally(() => HTMLFormElement.prototype.submit.call(form));
  });
}

// Who signs out of a browser wants no notices shown there to whoever comes next.

const LONGEST_MS = 1500;
const LOGOUT = "/accounts/logout/";
const LEAVING = "leaving";

export function isLeaving() {
  try {
    return localStorage.getItem(LEAVING) === "yes";
  } catch {
    return false;
  }
}

// Without a connection it is made good by the next page that has one, before anything is shown there.
function leave(form) {
  try {
    if (navigator.onLine) localStorage.removeItem(LEAVING);
    else localStorage.setItem(LEAVING, "yes");
  } catch {
    // Nothing can be noted here: the session ends by its age.
  }
  if (navigator.onLine) HTMLFormElement.prototype.submit.call(form);
  else location.assign("/tablet/");
}

// The tablet's hand and the steps it kept go; what it has not sent yet stays, signed, and goes with the next session.
function forgetTablet() {
  return new Promise((resolve) => {
    const opening = indexedDB.open("huiwu-tablet");
    opening.onerror = resolve;
    // Never used as a tablet: nothing was kept, and nothing is made.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onsuccess = () => {
      const change = opening.result.transaction("facts", "readwrite");
      for (const name of ["who", "snapshot"]) change.objectStore("facts").delete(name);
      change.oncomplete = () => { opening.result.close(); resolve(); };
      change.onabort = resolve;
    };
  });
}

async function forget() {
  await forgetTablet().catch(() => {});
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

export function watchSigningOut() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (new URL(form.action, location.href).pathname !== LOGOUT) return;
    event.preventDefault();
    const late = new Promise((resolve) => { setTimeout(resolve, LONGEST_MS); });
    Promise.race([forget().catch(() => {}), late]).finally(() => leave(form));
  });
  // The session outlived a sign-out that could not reach the server.
  const form = document.querySelector(`form[action="${LOGOUT}"]`);
  if (form && isLeaving()) leave(form);
}

// Goes back to the list as soon as the server answers.

async function look() {
  try {
    const answer = await fetch("/manifest.webmanifest", { cache: "no-store" });
    if (answer.ok) location.reload();
  } catch {
    // Still away.
  }
}

addEventListener("online", look);
setInterval(look, 5000);

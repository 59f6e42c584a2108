/* The time left on a paper; what stands on it is handed in when it is up. The server decides in any case. */

const paper = document.getElementById("paper");
const left = paper?.querySelector("[data-seconds]");

if (left) {
  // Counted from the page's own start: the device's clock may be wrong.
  const until = performance.now() + Number(left.dataset.seconds) * 1000;
  const show = () => {
    const seconds = Math.max(0, Math.round((until - performance.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    left.classList.toggle("is-short", seconds <= 120);
    if (seconds === 0) {
      clearInterval(timer);
      paper.submit();
    }
  };
  const timer = setInterval(show, 1000);
  show();
}

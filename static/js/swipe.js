// Comfort only: a swipe over an entry presses the button that stands in it. To the right: to the page of the decision,
// to approve; to the left: put it aside. Nothing is decided by a swipe.
const FAR = 96; // pixels
const WAYS = { right: "a", left: "s" };

if (window.matchMedia("(pointer: coarse)").matches) {
  document.querySelectorAll("[data-swipe-hint]").forEach((hint) => {
    hint.hidden = false;
  });
}

for (const entry of document.querySelectorAll("[data-entry]")) {
  let from = null;

  const button = (way) => entry.querySelector(`[data-key="${WAYS[way]}"]`);
  const wayOf = (across) => (across > 0 ? "right" : "left");

  function back() {
    from = null;
    entry.classList.remove("is-swiped", "is-far");
    entry.style.transform = "";
  }

  entry.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" && !event.target.closest("input, textarea, select")) from = event;
  });
  entry.addEventListener("pointermove", (event) => {
    if (!from || event.pointerId !== from.pointerId) return;
    const across = event.clientX - from.clientX;
    if (Math.abs(across) < 12 || !button(wayOf(across))) return;
    entry.classList.add("is-swiped");
    entry.classList.toggle("is-far", Math.abs(across) >= FAR);
    entry.style.transform = `translateX(${Math.max(-FAR, Math.min(FAR, across))}px)`;
  });
  entry.addEventListener("pointerup", (event) => {
    const across = from ? event.clientX - from.clientX : 0;
    const meant = Math.abs(across) >= FAR ? button(wayOf(across)) : null;
    back();
    if (meant) meant.click();
  });
  // The page was scrolled instead.
  entry.addEventListener("pointercancel", back);
}

// Comfort only: without this file the page is looked at again by its link.
// Asks for the part that moves every five seconds; a screen reader hears it politely (role="status").
const region = document.querySelector("[data-progress]");

async function ask() {
  try {
    const answer = await fetch(region.dataset.progress, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    region.innerHTML = await answer.text();
    if (!region.querySelector("[data-open]")) {
      window.location.reload();
      return;
    }
  } catch {
    // The server may be away for a moment; the next turn asks again.
  }
  window.setTimeout(ask, 5000);
}

if (region) window.setTimeout(ask, 5000);

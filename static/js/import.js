// Comfort only: without this file the page is looked at again by its link.
// Asks for the part that moves every five seconds; a screen reader hears it politely (role="status").
// Of the answer only words and two figures are taken over, never its markup.
const region = document.querySelector("[data-progress]");

function show(now) {
  const [bar, newer] = [region, now].map((part) => part.querySelector("progress"));
  for (const name of ["value", "max"]) {
    if (newer.hasAttribute(name)) bar.setAttribute(name, newer.getAttribute(name));
    else bar.removeAttribute(name);
  }
  for (const name of ["progress", "span"]) {
    region.querySelector(name).textContent = now.querySelector(name).textContent;
  }
}

async function ask() {
  try {
    const answer = await fetch(region.dataset.progress, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const now = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-open]");
    if (!now) {
      window.location.reload();
      return;
    }
    show(now);
  } catch {
    // The server may be away for a moment; the next turn asks again.
  }
  window.setTimeout(ask, 5000);
}

if (region) window.setTimeout(ask, 5000);

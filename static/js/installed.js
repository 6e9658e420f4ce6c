// Comfort only: the offline page, and static files that need not be fetched again (portal/desk/phone/sw.js).
const { worker } = document.querySelector("script[data-worker]").dataset;
if ("serviceWorker" in navigator) {
  window.addEventListener("load", () => {
    // Where a browser forbids it (private windows, policies) the portal works as before.
    navigator.serviceWorker.register(worker).catch(() => {});
  });
}

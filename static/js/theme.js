// "Like the device" is known only to the browser: set it before the first paint.
const root = document.documentElement;
if (root.dataset.theme === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches) {
  root.setAttribute("data-bs-theme", "dark");
}

// "Like the device" is known only to the browser: set it before the first paint, and follow the device.
const root = document.documentElement;
const device = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => {
  if (root.dataset.theme === "system") root.setAttribute("data-bs-theme", device.matches ? "dark" : "light");
};
follow();
device.addEventListener("change", follow);

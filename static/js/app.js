// Comfort only: every page works without this file.
const menu = document.querySelector("details.nav");
if (menu && window.matchMedia("(min-width: 1200px)").matches) menu.open = true;

// What opens over the page closes again: on Escape, on a press elsewhere, and when the focus leaves it.
const opened = () => document.querySelectorAll("details[data-closes][open]");
document.addEventListener("click", (event) => {
  for (const one of opened()) if (!one.contains(event.target)) one.open = false;
});
document.addEventListener("focusin", (event) => {
  for (const one of opened()) if (!one.contains(event.target)) one.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const one of opened()) {
    one.open = false;
    one.querySelector("summary").focus();
  }
});

const summary = document.querySelector(".errors");
if (summary) summary.focus();

// One press is enough: a second one would only be answered with "already done".
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// Comfort only: every page works without this file.
const menu = document.querySelector("details.nav");
if (menu && window.matchMedia("(min-width: 768px)").matches) menu.open = true;

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

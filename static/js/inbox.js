// Comfort only: every key stands for a button or link that is there without this file. No key decides anything.
const list = document.querySelector("[data-inbox]");
const entries = list ? [...list.querySelectorAll("[data-entry]")] : [];
const WRITING = "input, textarea, select, [contenteditable]";
let here = -1;

function go(step) {
  here = Math.min(entries.length - 1, Math.max(0, here + step));
  entries[here].querySelector("[data-key=o]").focus();
}

function press(key) {
  const target = here < 0 ? null : entries[here].querySelector(`[data-key="${key}"]`);
  if (!target) return false;
  target.click();
  const field = target.parentElement.querySelector("details[open] input[type=date], :scope > form input[type=date]");
  if (field) field.focus();
  return true;
}

function mark() {
  const box = here < 0 ? null : entries[here].querySelector("input[type=checkbox]");
  if (!box) return false;
  box.click();
  return true;
}

function help() {
  const keys = document.querySelector("#keys");
  keys.open = !keys.open;
  keys.querySelector("summary").focus();
  return true;
}

const ACTS = {
  j: () => (go(1), true),
  k: () => (go(-1), true),
  x: mark,
  "?": help,
  ...Object.fromEntries(["o", "a", "d", "q", "s"].map((key) => [key, () => press(key)])),
};

document.addEventListener("focusin", (event) => {
  const entry = event.target.closest("[data-entry]");
  if (entry) here = entries.indexOf(entry);
});

document.addEventListener("keydown", (event) => {
  const act = Object.hasOwn(ACTS, event.key) ? ACTS[event.key] : null;
  if (!act || event.ctrlKey || event.metaKey || event.altKey || !entries.length) return;
  // A ticked box is no field to write in, so that j and x can follow each other.
  if (event.target.closest(WRITING) && event.target.type !== "checkbox") return;
  if (act()) event.preventDefault();
});

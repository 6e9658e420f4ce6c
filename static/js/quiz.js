// Comfort only: the form works without this file. Here every change is saved at once, and a lost connection keeps
// the answer on the page and tries again. Nobody leaves the page before the server has said that it is saved.
const form = document.querySelector("form.quiz");
const status = form.querySelector(".save-status");
const words = form.dataset;
const RETRY = [2000, 4000, 8000, 15000];
const TYPING = 700;

let saved = snapshot(); // what the server has, or what it showed
let running = null; // the request under way
let failures = 0;
let timer = 0;
let leaving = false;

function snapshot() {
  const data = new URLSearchParams(new FormData(form));
  for (const name of ["csrfmiddlewaretoken", "shown", "shown_flagged"]) data.delete(name);
  return data.toString();
}

function say(text, tone) {
  if (status.textContent !== text) status.textContent = text;
  status.className = tone ? `save-status note tone-${tone}` : "save-status eyebrow";
}

// Resolves to true once everything on the page is saved; `anyway` asks the server even when nothing changed.
function save(anyway = false) {
  window.clearTimeout(timer);
  if (running) return running.then(() => save(anyway));
  if (snapshot() === saved && !anyway) return Promise.resolve(true);
  if (twice()) {
    say(words.twice, "manager");
    return Promise.resolve(false);
  }
  running = send().finally(() => {
    running = null;
  });
  return running;
}

async function send() {
  const sent = snapshot();
  say(words.saving);
  let answer;
  try {
    answer = await fetch(words.save, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      redirect: "manual",
      headers: { Accept: "application/json" },
    });
  } catch {
    return later(words.offline);
  }
  if (answer.type === "opaqueredirect" || answer.status === 403) return later(words.signedOut);
  if (answer.status >= 500 || answer.status === 429) return later(words.offline);
  return take(sent, answer.status, await answer.json().catch(() => null));
}

function take(sent, code, told) {
  if (told === null) return later(words.offline);
  if (code === 409) {
    leaving = true;
    say(told.message, "manager");
    window.location.assign(words.ended);
    return false;
  }
  if (code !== 200) {
    say(told.message, "forbidden");
    return false;
  }
  saved = sent;
  failures = 0;
  form.elements.shown.value = JSON.stringify(told.shown);
  form.elements.shown_flagged.value = told.flagged ? "yes" : "no";
  say(told.saved && words.saved.replace("{time}", told.saved));
  mark(told);
  return true;
}

function later(text) {
  say(text, "manager");
  timer = window.setTimeout(save, RETRY[Math.min(failures, RETRY.length - 1)]);
  failures += 1;
  return false;
}

// The number of this question shows its new state at once.
function mark(told) {
  const here = form.querySelector(".quiz-number[aria-current]");
  here.classList.toggle("is-answered", told.answered);
  here.classList.toggle("is-flagged", told.flagged);
  here.querySelector(".sign").textContent = told.flagged ? "⚑" : told.answered ? "✓" : "";
}

// Whether one thing stands in two positions: on the way through a list with the arrow keys that is no fault yet.
function twice() {
  const placed = [...form.querySelectorAll("select[name^=place-]")].map((place) => place.value).filter(Boolean);
  return new Set(placed).size < placed.length;
}

form.addEventListener("change", () => save());
form.addEventListener("input", (event) => {
  if (!event.target.matches("input:not([type]), input[type=text]")) return;
  window.clearTimeout(timer);
  timer = window.setTimeout(save, TYPING);
});
window.addEventListener("online", () => save());

// Going on means saving first; without a connection the page stays, with the answer on it.
form.addEventListener("submit", (event) => {
  if (leaving) return;
  event.preventDefault();
  event.stopPropagation();
  reach(event.submitter);
});

async function reach(button) {
  // Even with nothing to save, the next page needs the connection: the server is asked before leaving this one.
  if (!(await save(true))) return;
  leaving = true;
  form.requestSubmit(button);
}

window.addEventListener("pageshow", () => {
  leaving = false;
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && snapshot() !== saved) event.preventDefault();
});

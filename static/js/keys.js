// Comfort only: every key stands for a button, link or field that is there without this file, found by its attributes:
// data-entry (one of a list), data-key="a" (what the key presses), data-key-focus (the key only goes there),
// data-go="c" (where g c leads). No key decides anything.
// A person who switched single keys off gets no such file (templates/components/_keys.html).
const WRITING = "input, textarea, select, [contenteditable]";
const LISTS = "main .task-list > li, main .table-cards > tbody > tr";
const FILTERS = "main form[method=get] :is(select, input:not([type=hidden], [type=checkbox]))";
const SEQUENCE = 1500; // milliseconds between g and its letter
const box = document.querySelector("dialog#keys");
let here = -1;
let since = -Infinity;

function entries() {
  const named = [...document.querySelectorAll("[data-entry]")];
  return named.length ? named : [...document.querySelectorAll(LISTS)].filter((row) => opener(row));
}

function opener(entry) {
  return entry.querySelector("[data-key=o]") || entry.querySelector("a[href]");
}

// Focus follows, so that a screen reader says where one is and Tab goes on from there.
function go(step) {
  const all = entries();
  if (!all.length) return false;
  here = Math.min(all.length - 1, Math.max(0, here + step));
  opener(all[here]).focus();
  return true;
}

// Within the entry one is at; otherwise what belongs to the whole page.
function targetOf(key) {
  const entry = entries()[here];
  const within = entry && (entry.querySelector(`[data-key="${key}"]`) || (key === "o" && opener(entry)));
  const outside = [...document.querySelectorAll(`[data-key="${key}"]`)].find((one) => !one.closest("[data-entry]"));
  return within || outside || null;
}

function press(key) {
  const target = targetOf(key);
  if (!target) return false;
  if (target.matches(WRITING) || target.hasAttribute("data-key-focus")) {
    target.focus();
    target.scrollIntoView({ block: "center" });
    return true;
  }
  target.click();
  const opened = target.closest("details[open]");
  if (opened && target.matches("summary")) opened.querySelector(WRITING)?.focus();
  return true;
}

function mark() {
  const tick = entries()[here]?.querySelector("input[type=checkbox]");
  if (!tick) return false;
  tick.click();
  return true;
}

function search() {
  const field = document.querySelector("#site-search") || document.querySelector("main input[type=search]");
  // In a menu that is folded the field takes no focus; the search of the page itself may.
  const seen = [field, document.querySelector("main input[type=search]")].find((one) => one && one.checkVisibility());
  if (!seen) return false;
  seen.focus();
  seen.select();
  return true;
}

function filters() {
  const field = document.querySelector("[data-key=f]") || document.querySelector(FILTERS);
  if (field) field.focus();
  return Boolean(field);
}

function leave(key) {
  const link = box.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (!link) return false;
  window.location.assign(link.href);
  return true;
}

// Only what the page has a use for is listed.
function help() {
  const has = {
    list: entries().length > 0,
    mark: entries().some((entry) => entry.querySelector("input[type=checkbox]")),
    f: document.querySelector(`[data-key=f], ${FILTERS}`) !== null,
    "/": document.querySelector("#site-search, main input[type=search]") !== null,
  };
  for (const row of box.querySelectorAll("[data-for]")) {
    const name = row.dataset.for;
    row.hidden = !(has[name] ?? document.querySelector(`[data-key="${name}"]`) !== null);
  }
  for (const part of box.querySelectorAll("[data-keys-of]")) part.hidden = !part.querySelector("dl > :not([hidden])");
  box.showModal();
  return true;
}

const ACTS = { j: () => go(1), k: () => go(-1), x: mark, f: filters, "/": search, "?": help };

document.addEventListener("focusin", (event) => {
  const entry = event.target.closest("[data-entry]") || event.target.closest(LISTS);
  const place = entry ? entries().indexOf(entry) : -1;
  if (place >= 0) here = place;
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]")) return;
  // The tick of an entry is no field to write in, so that j and x can follow each other.
  if (event.target.closest(WRITING) && !event.target.matches("[data-entry] input[type=checkbox]")) return;
  const follows = event.timeStamp - since < SEQUENCE;
  since = event.key === "g" && !follows ? event.timeStamp : -Infinity;
  if (event.key === "g" && !follows) return;
  if (follows ? leave(event.key) : act(event.key)) event.preventDefault();
});

function act(key) {
  if (Object.hasOwn(ACTS, key)) return ACTS[key]();
  return /^[a-z]$/.test(key) && press(key);
}

document.querySelectorAll('a[data-key="?"]').forEach((link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    help();
  });
});

// Comfort only: the search page finds the same. A combobox with a list (ARIA Authoring Practices): the focus stays in
// the field, aria-activedescendant says which hit is meant.
const box = document.querySelector("dialog#palette");
const field = box.querySelector("input");
const list = box.querySelector("[role=listbox]");
const places = box.querySelector("[data-places]");
const told = box.querySelector("[role=status]");
const PAUSE = 150; // milliseconds after the last letter
let timer = 0;
let asked = null;

const options = () => [...list.querySelectorAll("[role=option]")].filter((one) => !one.closest("[hidden]"));
const active = () => list.querySelector("[aria-selected=true]");

function open() {
  if (document.querySelector("dialog[open]")) return;
  field.value = "";
  box.showModal();
  field.focus();
  show([]);
}

function choose(option) {
  active()?.setAttribute("aria-selected", "false");
  if (!option) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = options();
  if (!all.length) return;
  const place = all.indexOf(active());
  choose(all[place < 0 && step < 0 ? all.length - 1 : (place + step + all.length) % all.length]);
}

function make(name, attributes, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

function groupOf(group, number) {
  const title = make("div", { class: "eyebrow", "aria-hidden": "true" }, group.title);
  const hits = group.hits.map((hit, place) => {
    const inside = [make("strong", {}, hit.title), make("span", { class: "eyebrow" }, hit.detail)];
    const id = `palette-${number}-${place}`;
    return make("a", { role: "option", id, tabindex: "-1", "aria-selected": "false", href: hit.url }, ...inside);
  });
  return make("div", { role: "group", "aria-label": group.title, "data-found": "" }, title, ...hits);
}

// Pages are found here at once; the rest comes from the server.
function show(groups) {
  const words = field.value.trim().toLocaleLowerCase();
  for (const one of places.querySelectorAll("[role=option]")) {
    one.hidden = !one.textContent.toLocaleLowerCase().includes(words);
  }
  places.hidden = !places.querySelector("[role=option]:not([hidden])");
  list.querySelectorAll("[data-found]").forEach((old) => old.remove());
  const ours = places.getAttribute("aria-label");
  const found = groups.filter((group) => group.title !== ours).map((group, number) => groupOf(group, `g${number}`));
  if (words) places.before(...found);
  else places.after(...found);
  field.setAttribute("aria-expanded", String(options().length > 0));
  choose(words ? options()[0] : null);
}

function say(answer) {
  const count = options().length;
  const { countOne, countMany } = box.dataset;
  told.textContent = count ? (count === 1 ? countOne : countMany.replace("{n}", count)) : answer.none;
  list.toggleAttribute("data-empty", !count);
  list.dataset.none = answer.note || answer.none;
}

async function ask() {
  const words = field.value.trim();
  asked?.abort();
  if (!words) return;
  asked = new AbortController();
  const url = `${box.dataset.hits}?${new URLSearchParams({ q: words })}`;
  try {
    const answer = await fetch(url, { signal: asked.signal, redirect: "error", headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const found = await answer.json();
    if (words !== field.value.trim()) return;
    show(found.groups);
    say(found);
  } catch {
    // A newer question, no connection, or signed out: Enter leads to the search page, which says what is.
  }
}

field.addEventListener("input", () => {
  show([]);
  window.clearTimeout(timer);
  timer = window.setTimeout(ask, PAUSE);
});

field.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "ArrowDown") move(1);
  else if (event.key === "ArrowUp") move(-1);
  else if (event.key === "Enter" && active()) active().click();
  else return;
  event.preventDefault();
});

box.querySelector("[data-closes]").addEventListener("click", () => box.close());

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (box.open) box.close();
  else open();
});

document.querySelectorAll("[data-opens=palette]").forEach((link) => {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  document.querySelectorAll(".with-control").forEach((key) => {
    key.textContent = "⌘";
  });
}

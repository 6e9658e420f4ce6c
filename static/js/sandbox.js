// Comfort only: the sandbox is a form that is sent with its button. This asks after each change and swaps the answer.
const form = document.querySelector("form[data-sandbox]");
const said = document.querySelector("#sandbox-said");
let asking = new AbortController();
let waiting = 0;

function address() {
  return `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
}

// What differs in the new page takes the place of the old; the fields stay, so that nobody loses the focus.
function show(page) {
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (old && !old.isEqualNode(fresh)) old.replaceChildren(...fresh.childNodes);
  }
  for (const field of page.querySelectorAll("form[data-sandbox] [id][name]")) {
    const here = document.getElementById(field.id);
    if (here) here.toggleAttribute("aria-invalid", false);
    if (here && field.getAttribute("aria-invalid")) here.setAttribute("aria-invalid", "true");
  }
  document.title = page.title;
  const words = document.querySelector("#sandbox-verdict h2");
  if (words) said.textContent = words.textContent;
}

async function ask() {
  const where = address();
  asking.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(where, { signal: asking.signal, headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error("no answer");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    history.replaceState(null, "", where);
    show(page);
  } catch (error) {
    // Signed out, or the portal is away: the browser goes there itself and says what it is told.
    if (error.name !== "AbortError") location.assign(where);
  }
}

if (form && said) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    ask();
  });
}

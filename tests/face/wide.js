// Whether the page has to be pushed sideways, and what is wider than it may be.
() => {
  const root = document.documentElement;
  const over = root.scrollWidth - root.clientWidth;
  if (over < 1) return [];
  const scrolls = (one) => one && one !== document.body && (/(auto|scroll|hidden)/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  const wide = [...document.querySelectorAll("body *")].filter(
    (one) => one.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(one.parentElement),
  );
  return [`wider by ${over} at ${root.clientWidth}: ${wide.at(-1)?.outerHTML.slice(0, 140)}`];
};

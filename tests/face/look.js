// What a page must fulfil beside the rules of axe-core, asked in the browser. Each line that comes back is a fault.
({ language, theme, ordered }) => {
  const root = document.documentElement;
  const told = [];
  const short = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  if (language ? root.lang !== language : !["de", "en"].includes(root.lang)) told.push(`speaks "${root.lang}", not "${language}"`);
  if (theme && root.dataset.bsTheme !== theme) told.push(`is ${root.dataset.bsTheme}, not ${theme}`);
  if (!document.title.replace("– Kontaktklar", "").trim()) told.push("has no title of its own");
  const heads = document.querySelectorAll("h1").length;
  if (heads !== 1) told.push(`${heads} h1`);
  // Menus of the frame have headings of their own, before the page begins.
  let level = 0;
  for (const one of document.querySelectorAll("main :is(h1, h2, h3, h4, h5, h6)")) {
    const now = Number(one.tagName[1]);
    if (ordered && now > level + 1) told.push(`h${now} after h${level}: ${short(one)}`);
    level = now;
  }
  for (const one of document.querySelectorAll("button, a[href], summary"))
    if (!one.textContent.trim() && !one.ariaLabel) told.push(`no words: ${short(one)}`);
  return told;
};

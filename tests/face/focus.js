// Gives each kind of thing that takes the focus the focus, after a key has been pressed: is it to be seen?
() => {
  const told = [];
  const kinds = new Set();
  const takers = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  for (const one of document.querySelectorAll(takers)) {
    const kind = `${one.tagName} ${one.type ?? ""} ${one.className}`;
    if (kinds.has(kind) || one.disabled || one.tabIndex < 0 || !one.checkVisibility()) continue;
    kinds.add(kind);
    one.focus();
    if (document.activeElement !== one) continue;
    const style = getComputedStyle(one);
    if (style.outlineStyle !== "auto" && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2))
      told.push(`focus is not seen: ${one.outerHTML.slice(0, 110)}`);
    const place = one.getBoundingClientRect();
    if (place.width && (place.right < 1 || place.left > innerWidth)) told.push(`focus beside the page: ${kind}`);
  }
  return told;
};

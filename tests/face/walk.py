"""A walk over pages in a browser: what axe-core finds, what the browser complains of, what we ask of each page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.face.broken import ERRORS
from tests.face.house import House
from tests.face.pages import OF_NO_THEME, OF_THEIR_OWN_LANGUAGE, OPERATORS, Shown

HERE = Path(__file__).resolve().parent
AXE = (HERE.parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
LOOK, FOCUS, WIDE = ((HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("look", "focus", "wide"))
WIDTHS = (1280, 320)
#: What axe-core calls serious or critical is a fault; WCAG 2.2 A and AA, and what it holds for good practice.
GRAVE = ("serious", "critical")
RUN = """async () => {
    const found = await axe.run(document, { resultTypes: ["violations"], preload: false, elementRef: false });
    return found.violations.map(({ id, impact, nodes }) => ({
        id, impact, where: nodes.slice(0, 3).map((one) => `${one.html.slice(0, 120)} ${one.any[0]?.message ?? ""}`),
    }));
}"""
LISTEN = """
window.__broken = [];
document.addEventListener("securitypolicyviolation", (one) =>
    window.__broken.push(`breaks the policy: ${one.effectiveDirective} ${one.blockedURI}`));
"""


def walk(browser, house: House, pages: Iterable[Shown]) -> list[str]:
    """Every fault of every page, as lines that say which page, in what state, and where on it."""
    context = browser.new_context(base_url=house.base, service_workers="block", reduced_motion="reduce")
    context.add_init_script(LISTEN)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda one: said.append(f"console: {one.text}") if _is_a_fault(one) else None)
    page.on("pageerror", lambda one: said.append(f"script: {one}"))
    told: list[str] = []
    for one in pages:
        said.clear()
        house.shows = one.answer
        page.goto(one.path, wait_until="load")
        told += [f"{one}: {fault}" for fault in [*_faults(page, one), *said]]
    context.close()
    return told


def _faults(page, one: Shown) -> list[str]:
    """First at the width that the last page was left at, so that the window is widened or narrowed once a page."""
    told = _status(one)
    ours = not one.page.name.startswith(OPERATORS)
    told += page.evaluate(LOOK, {"language": _language(one), "theme": _theme(one) if ours else "", "ordered": ours})
    told += page.evaluate(WIDE)
    page.keyboard.press("Tab")
    told += page.evaluate(FOCUS)
    told += page.evaluate("window.__broken")
    page.evaluate(AXE)
    told += [
        f"axe {found['impact']} {found['id']}: {where}"
        for found in page.evaluate(RUN)
        if found["impact"] in GRAVE
        for where in found["where"]
    ]
    width = page.viewport_size["width"]
    page.set_viewport_size({"width": WIDTHS[width == WIDTHS[0]], "height": 800})
    return [*told, *page.evaluate(WIDE)]


def _status(one: Shown) -> list[str]:
    """A page that the table calls one is there; only the pages of failures may fail."""
    status, page = one.answer.status, one.page
    wrong = status != 200 if page.state == "filled" else status >= 500 and page.name not in ERRORS
    return [f"answers {status}"] if wrong else []


def _language(one: Shown) -> str:
    return "" if one.page.name in OF_THEIR_OWN_LANGUAGE else one.language


def _theme(one: Shown) -> str:
    """Pages of last resort know no person and follow the system."""
    follows = b'data-theme="system"' in one.answer.body or one.page.name in OF_NO_THEME
    return "" if follows else one.theme


def _is_a_fault(said) -> bool:
    """That a page itself answers 404 is no fault; that something it loads is missing is one."""
    missing = said.text.startswith("Failed to load resource") and "/static/" not in said.location.get("url", "")
    return said.type == "error" and not missing

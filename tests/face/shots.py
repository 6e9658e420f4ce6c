"""Pictures of every page for a person to look through: desktop, phone, dark, print, German and English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

from tests.face.house import Answer, House


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to look at a page: its theme and language, the width in pixels, on paper or on a screen."""

    name: str
    theme: str
    language: str
    width: int = 1280
    height: int = 900
    paper: bool = False

    @property
    def look(self) -> tuple[str, str]:
        return self.theme, self.language


KINDS = (
    Kind("desktop-de", "light", "de"),
    Kind("desktop-en", "light", "en"),
    Kind("phone-de", "light", "de", 360, 740),
    Kind("dark-de", "dark", "de"),
    Kind("phone-dark-en", "dark", "en", 360, 740),
    Kind("print-de", "light", "de", 794, 1123, paper=True),
)


@dataclass(frozen=True, slots=True)
class Sitter:
    """A page that is taken a picture of: its answers by theme and language."""

    name: str
    where: str
    path: str
    answers: dict[tuple[str, str], Answer]

    def file(self, kind: Kind) -> str:
        """No colon: some file systems know none in a name."""
        return f"{self.name.replace(':', '_')}-{kind.name}.png"


def take(browser, house: House, sitters: Iterable[Sitter], out: Path) -> list[str]:
    """Writes OUT/NAME-KIND.png for each page and kind; returns the names of the pages."""
    page = browser.new_context(base_url=house.base, service_workers="block").new_page()
    taken = []
    for one in sitters:
        for kind in KINDS:
            _picture(page, house, one, kind, out)
        taken.append(one.name)
        print(one.name, flush=True)
    page.context.close()
    return taken


def _picture(page, house: House, one: Sitter, kind: Kind, out: Path) -> None:
    house.shows = one.answers[kind.look]
    page.set_viewport_size({"width": kind.width, "height": kind.height})
    page.emulate_media(media="print" if kind.paper else "screen", reduced_motion="reduce")
    page.goto(one.path, wait_until="load")
    page.screenshot(path=str(out / one.file(kind)), full_page=True)


def write_index(out: Path, sitters: Iterable[Sitter]) -> Path:
    """A page with every picture small; each leads to the picture as it is."""
    out.mkdir(parents=True, exist_ok=True)
    rows = "\n".join(_row(one) for one in sitters)
    index = out / "index.html"
    index.write_text(PAGE.format(rows=rows), encoding="utf-8")
    return index


def _row(one: Sitter) -> str:
    pictures = "".join(
        f'<a href="{one.file(kind)}"><img loading="lazy" src="{one.file(kind)}" '
        f'alt="{escape(one.name)}, {kind.name}"><br>{kind.name}</a>'
        for kind in KINDS
    )
    return f"<section><h2>{escape(one.name)}</h2><p>{escape(one.path)} · {escape(one.where)}</p>{pictures}</section>"


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Every page of Kontaktklar</title>
<style>
body {{ font: 16px system-ui; margin: 2rem }}
a {{ display: inline-block; margin: 0 1rem 1rem 0; vertical-align: top }}
img {{ width: 15rem; max-height: 22rem; object-fit: cover; object-position: top; border: 1px solid #bbb }}
</style></head>
<body><h1>Every page of Kontaktklar</h1>
{rows}
</body></html>
"""

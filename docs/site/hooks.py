"""What the site gathers by itself: the decisions by their headings, the portal's own colours, links between pages.

MkDocs calls the functions named `on_...`. Nothing here is fetched, and nothing is written beside the site.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

DOCS = Path(__file__).resolve().parents[1]
STYLES = DOCS.parent / "static" / "css"
PLACE_OF_DECISIONS = "decisions/*"
#: Material's names for what the portal's tokens say.
COLOURS = {
    "--md-primary-fg-color": "card",
    "--md-primary-bg-color": "ink",
    "--md-primary-bg-color--light": "ink-soft",
    "--md-accent-fg-color": "brand",
    "--md-typeset-a-color": "brand",
    "--md-default-bg-color": "card",
    "--md-typeset-color": "ink",
    "--kk-brand": "brand",
    "--kk-paper": "paper",
    "--kk-line": "line",
}
#: A page named in running text, as `docs/import.md`, or a decision by its number, as docs/decisions/0031.
NAMED = re.compile(r"(?<![\w/(\[])(`?)docs/(?:(decisions/\d{4})(?:-[\w-]+\.md)?|([\w/-]+\.md))\1(?![\w/-])")
FENCE = re.compile(r"^(```.*?^```[ \t]*$)", re.MULTILINE | re.DOTALL)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the decisions, by number, where the navigation names their folder."""
    config.nav = [_filled(entry) for entry in config.nav or []]
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the index of the decisions and the style sheet of colours."""
    files.append(File.generated(config, "decisions/index.md", content=index_of_decisions()))
    files.append(File.generated(config, "site/colours.css", content=colours()))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: MkDocsConfig, files: Files) -> str:
    """Make links of the pages that a text names, outside of code."""
    up = "../" * page.file.src_uri.count("/")
    parts = FENCE.split(markdown)
    return "".join(part if part.startswith("```") else NAMED.sub(lambda hit: _link(hit, up), part) for part in parts)


def _filled(entry: Any) -> Any:
    if isinstance(entry, dict):
        return {name: _filled(value) for name, value in entry.items()}
    if isinstance(entry, list):
        return [_filled(one) for one in entry]
    if entry != PLACE_OF_DECISIONS:
        return entry
    listed = [{f"{path.name[:4]} {heading(path)}": f"decisions/{path.name}"} for path in decisions()]
    return [{"All decisions": "decisions/index.md"}, *listed]


def decisions() -> list[Path]:
    return sorted((DOCS / "decisions").glob("[0-9]*.md"))


def heading(path: Path) -> str:
    """The first heading of a page, without the number that some carry in it."""
    first = path.read_text(encoding="utf-8").lstrip().splitlines()[0]
    return re.sub(r"^\d+[.:]?\s+", "", first.lstrip("# ").strip())


def index_of_decisions() -> str:
    rows = [f"- [{path.name[:4]} {heading(path)}]({path.name})" for path in decisions()]
    begin = "# Decisions\n\nWhat was decided otherwise than one would expect, and why.\n\n"
    return begin + "\n".join(rows) + "\n"


def token(name: str, turn: int) -> str:
    """A colour of the portal's own styles: the first definition is the light one, the second the dark one."""
    for path in sorted(STYLES.glob("*.css")):
        found = re.findall(rf"--{name}:\s*(#[0-9a-fA-F]{{3,8}})", path.read_text(encoding="utf-8"))
        if len(found) > 1:
            return found[turn]
    raise LookupError(f"No style sheet in static/css says what --{name} is in light and in dark.")


def colours() -> str:
    """Material's variables with the portal's values, for both themes."""
    blocks = []
    for turn, scheme in enumerate(("default", "slate")):
        lines = "".join(f"  {theirs}: {token(ours, turn)};\n" for theirs, ours in COLOURS.items())
        blocks.append(f'[data-md-color-scheme="{scheme}"] {{\n{lines}}}\n')
    return "\n".join(blocks)


def _link(hit: re.Match[str], up: str) -> str:
    """Pages that are not part of the site (acceptance lists) stay words."""
    tick, decision, page = hit.group(1), hit.group(2), hit.group(3)
    if decision:
        found = next((DOCS / "decisions").glob(f"{Path(decision).name}-*.md"), None)
        return f"[{tick}{Path(decision).name}{tick}]({up}decisions/{found.name})" if found else hit.group()
    if page.startswith("acceptance/") or not (DOCS / page).is_file():
        return hit.group()
    return f"[{tick}{page}{tick}]({up}{page})"

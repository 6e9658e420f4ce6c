"""Draws the rooms of the house and who imports whom, from the imports as they are.

python -m tests.docs.rooms      writes docs/bilder/rooms.svg and docs/developer/rooms.md
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

import grimp

DOCS = Path(__file__).resolve().parents[2] / "docs"
PICTURE = DOCS / "bilder" / "rooms.svg"
PAGE = DOCS / "developer" / "rooms.md"
PACKAGES = ("portal", "contacts", "consent", "training")
#: In which column a room stands; one that is not named here stands beside the others of its row.
COLUMNS = {
    "contacts.evidence": 0.5,
    "contacts.rights": 1.5,
    "contacts.incidents": 1,
    "contacts.requests": 1,
    "contacts.screening": 0,
    "training": 2,
    "consent": 0.6,
    "contacts.rulebook": 2,
    "contacts.customers": 0.6,
    "contacts.policy": 2,
}
WIDTH, HEIGHT, COLUMN, ROW, LEFT = 170, 46, 230, 84, 40
TOP = 110
INK, LINE, CARD, BRAND, GROUND = "#16202b", "#7b8794", "#ffffff", "#0b5c5a", "#f6f7f5"

Arrows = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class House:
    """`arrows`: of each room, the rooms it imports directly; roof and floor as the names of their packages."""

    arrows: Arrows
    roof: tuple[str, ...]
    floor: tuple[str, ...]


def house() -> House:
    """The house as its imports show it. A part of `portal` that imports a room belongs to the roof."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    arrows: Arrows = {}
    for module in graph.modules:
        mine = arrows.setdefault(part(module), set())
        mine |= {part(other) for other in graph.find_modules_directly_imported_by(module)}
    packages = {name for name in arrows if graph.find_children(name) != set()}
    rooms = {name for name in packages if not name.startswith("portal")} - {"contacts"}
    roof = {name for name in arrows if name.startswith("portal.") and arrows[name] & rooms}
    floor = {name for name in packages if name.startswith("portal.")} - roof - {"portal.embedded"}
    inner = {room: (arrows[room] & rooms) - {room} for room in rooms}
    return House(inner, tuple(sorted(map(short, roof))), tuple(sorted(map(short, floor))))


def part(module: str) -> str:
    """The room or the part of the portal that a module belongs to."""
    words = module.split(".")
    return ".".join(words[: 2 if words[0] in ("portal", "contacts") else 1])


def short(name: str) -> str:
    return name.rpartition(".")[2]


def beneath(room: str, arrows: Arrows) -> set[str]:
    """Everything that a room leads to."""
    found = set(arrows[room])
    for other in arrows[room]:
        found |= beneath(other, arrows)
    return found


def reduced(arrows: Arrows) -> Arrows:
    """Without the arrows that follow from others."""
    return {
        room: {one for one in targets if not any(one in beneath(other, arrows) for other in targets - {one})}
        for room, targets in arrows.items()
    }


def depth(room: str, arrows: Arrows) -> int:
    return max((depth(other, arrows) + 1 for other in arrows[room]), default=0)


def places(arrows: Arrows) -> dict[str, tuple[float, int]]:
    """Column and row (0 = lowest) of each room."""
    found: dict[str, tuple[float, int]] = {}
    for room in sorted(arrows):
        row = depth(room, arrows)
        taken = [column for column, other in found.values() if other == row]
        named = [COLUMNS[one] for one in arrows if one in COLUMNS and depth(one, arrows) == row]
        found[room] = (COLUMNS.get(room, max([*taken, *named], default=-1) + 1), row)
    return found


def drawn(house: House) -> str:
    """The picture as SVG."""
    where = places(house.arrows)
    rows = max(row for _column, row in where.values())
    columns = max(column for column, _row in where.values())
    width = int(LEFT * 2 + columns * COLUMN + WIDTH)
    floor_at = TOP + (rows + 1) * ROW
    height = floor_at + 92

    def corner(room: str) -> tuple[float, float]:
        column, row = where[room]
        return LEFT + column * COLUMN, TOP + (rows - row) * ROW

    lines = [_arrow(corner(room), corner(other)) for room, to in _sorted(reduced(house.arrows)) for other in sorted(to)]
    boxes = [_box(*corner(room), WIDTH, HEIGHT, [short(room)]) for room in sorted(where)]
    roof = _box(LEFT, 20, width - 2 * LEFT, 62, ["the roof: wires everything", ", ".join(house.roof)])
    ground = _box(LEFT, floor_at, width - 2 * LEFT, 72, ["the floor: carries every room", *_wrapped(house.floor)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="15">\n'
        f"<title>The rooms and which of them imports which</title>\n<desc>{escape(in_words(house))}</desc>\n"
        f'<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="5" markerHeight="5" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" fill="{LINE}"/></marker></defs>\n'
        f'<rect width="{width}" height="{height}" rx="12" fill="{GROUND}"/>\n'
        + "\n".join([*lines, *boxes, roof, ground])
        + "\n</svg>\n"
    )


def _sorted(arrows: Arrows) -> list[tuple[str, set[str]]]:
    return sorted(arrows.items())


def _wrapped(names: tuple[str, ...]) -> list[str]:
    half = -(-len(names) // 2)
    return [", ".join(names[:half]), ", ".join(names[half:])]


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    """From the foot of one box to the head of another."""
    x1, y1, x2, y2 = start[0] + WIDTH / 2, start[1] + HEIGHT, end[0] + WIDTH / 2, end[1]
    return f'<path d="M{x1:g} {y1:g}L{x2:g} {y2 - 2:g}" stroke="{LINE}" stroke-width="1.6" marker-end="url(#tip)"/>'


def _box(x: float, y: float, width: float, height: float, words: list[str]) -> str:
    """A box with a heading, and smaller lines below it."""
    at = y + (height - 18 * (len(words) - 1)) / 2 + 5
    sizes = [(0, "600", BRAND, 15), *((18 * turn, "400", INK, 12) for turn in range(1, len(words)))]
    text = "".join(
        f'<text x="{x + width / 2:g}" y="{at + down:g}" text-anchor="middle" font-weight="{weight}" '
        f'font-size="{size}" fill="{colour}">{escape(word)}</text>'
        for word, (down, weight, colour, size) in zip(words, sizes, strict=True)
    )
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8" fill="{CARD}" stroke="{LINE}"/>{text}'
    )


def in_words(house: House) -> str:
    said = [f"{short(room)} imports {_listed(to)}" for room, to in _sorted(house.arrows) if to]
    return "; ".join(said) + "."


def _listed(rooms: set[str]) -> str:
    return ", ".join(sorted(map(short, rooms)))


def page(house: House) -> str:
    """The picture as a table, for whoever reads rather than looks."""
    users = {room: {one for one, to in house.arrows.items() if room in to} for room in house.arrows}
    rows = [
        f"| `{room}` | {_listed(to) or 'none'} | {_listed(users[room]) or 'the roof alone'} |"
        for room, to in _sorted(house.arrows)
    ]
    return (
        "# Who imports whom\n\n"
        "![The rooms as boxes in rows, with arrows to what each one imports](../bilder/rooms.svg)\n\n"
        "Made by `python -m tests.docs.rooms` from the imports as they are. The picture leaves out arrows that follow\n"
        "from others; the table has every direct one. All rooms may import the floor.\n\n"
        "| room | imports directly | is imported by |\n|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def main() -> None:
    found = house()
    PICTURE.write_text(drawn(found), encoding="utf-8")
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()

"""One line of the table: what was measured, against which floor of the same run, and the bar it is held to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is ours to the floor, or ours itself where there is no floor; `most` or `least` is the bar for it;
    `itself` is one for ours, whatever the floor is."""

    what: str
    ours: float
    unit: str
    floor: float | None = None
    most: float | None = None
    least: float | None = None
    itself: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours if self.floor is None else self.ours / self.floor

    @property
    def holds(self) -> bool:
        fast = self.itself is None or self.ours <= self.itself
        return (
            fast and (self.most is None or self.ratio <= self.most) and (self.least is None or self.ratio >= self.least)
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "holds": self.holds}


def printed(rows: Sequence[Row]) -> str:
    """A Markdown table, so that it can stand in docs/performance.md as it is."""
    lines = ["| what | floor | ours | ratio | bar | |", "|---|---:|---:|---:|---:|---|"]
    for row in rows:
        floor = "-" if row.floor is None else f"{_number(row.floor)} {row.unit}"
        ratio = "-" if row.floor is None else f"{row.ratio:.2f}"
        cells = (row.what, floor, f"{_number(row.ours)} {row.unit}".strip(), ratio, _bar(row))
        lines.append(f"| {' | '.join(cells)} | {'holds' if row.holds else 'MISSED'} |")
    return "\n".join(lines)


def _bar(row: Row) -> str:
    if row.itself is not None:
        return f"at most {_number(row.itself)} {row.unit}"
    if row.most is not None:
        return f"at most {_number(row.most)}"
    return f"at least {_number(row.least)}" if row.least is not None else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:,.2f}"

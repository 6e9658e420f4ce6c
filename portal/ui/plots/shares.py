"""Of what each whole is made: lying bars of equal length, one for each row, with the words above the bar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.ui.plots.frame import drawing, figure, fits, key

ROW, BAR, TEXT = 54, 22, 18
#: A part of so many per cent has room for its number, on a phone too.
ROOM = 8


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A row, the parts of its whole (None: not told), and the whole, or None where that must not be told either."""

    label: str
    parts: tuple[int | None, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class Shares:
    """`parts` names the parts; what is not told of a whole is one hatched rest. Raises ValueError for more than six
    parts, or rows that do not fit them."""

    name: str
    title: str
    description: str
    parts: tuple[str, ...]
    rows: tuple[ShareRow, ...]
    untold: str = ""

    def __post_init__(self) -> None:
        fits(len(self.parts), (len(row.parts) for row in self.rows), len(self.parts))

    def svg(self) -> SafeString:
        body = [piece for number, row in enumerate(self.rows) for piece in self._row(number * ROW, row)]
        return drawing(self.name, self.title, self.description, ROW * len(self.rows), body)

    def _row(self, top: int, row: ShareRow) -> Iterator[SafeString]:
        yield format_html('<text x="0" y="{}">{}</text>', top + TEXT - 4, row.label)
        words = self.untold if row.total is None else number_format(row.total, force_grouping=True)
        yield format_html('<text class="tick over" x="100%" y="{}" text-anchor="end">{}</text>', top + TEXT - 4, words)
        if not row.total:
            yield _rect("untold", 0, top + TEXT, 100, f"{row.label}: {words}")
            return
        start, keys = 0.0, []
        for number, value in enumerate(row.parts, 1):
            share = 100 * (value or 0) / row.total
            if share:
                said = f"{self.parts[number - 1]}, {row.label}: {number_format(round(share))} %"
                yield _rect(f"series-{number}", start, top + TEXT, share, said)
                if share >= ROOM:
                    keys.append(key(number, start + share / 2, top + TEXT + BAR / 2))
            start += share
        if start < 99.999:
            yield _rect("untold", start, top + TEXT, 100 - start, f"{row.label}: {self.untold}")
        yield from keys


def _rect(kind: str, x: float, y: float, width: float, title: str) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"><title>{}</title></rect>',
        kind,
        figure(x),
        figure(y),
        figure(width),
        BAR,
        title,
    )

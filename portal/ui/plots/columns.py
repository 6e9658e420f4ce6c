"""How many in each month, week or class: standing columns, of one part or of several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.ui.html import joined
from portal.ui.plots.frame import (
    HEIGHT,
    Series,
    drawing,
    figure,
    fits,
    grid,
    key,
    labels_below,
    place,
    spread,
    ticks,
)

#: The part of its room that a column takes, and how high the mark is for what is not told.
THICK, STUB = 0.74, 14
#: Numbers stand above so many columns at most.
WITH_NUMBERS = 13


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened at a place, as a mark above the columns: the number of the place, and words."""

    at: int
    words: str


@dataclass(frozen=True, slots=True)
class Columns:
    """`urls`: for each place where its column leads, "" for nowhere. `all_labels` False: only some of many are shown.
    Raises ValueError for more than six parts, or numbers that do not fit the labels."""

    name: str
    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    untold: str = ""
    urls: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    all_labels: bool = True

    def __post_init__(self) -> None:
        fits(len(self.series), (len(one.values) for one in self.series), len(self.labels))

    @property
    def room(self) -> float:
        """Per cent of the width for each place."""
        return 100 / max(1, len(self.labels))

    def svg(self) -> SafeString:
        sums = [sum(one.values[at] or 0 for one in self.series) for at in range(len(self.labels))]
        marks = ticks(max(sums, default=0))
        centres = [self.room * (at + 0.5) for at in range(len(self.labels))]
        columns = [self._linked(at, joined(self._column(at, sums[at], marks[-1]))) for at in range(len(self.labels))]
        words = self.labels if self.all_labels else spread(self.labels)
        body = [
            grid(marks),
            *columns,
            *self._keys(marks[-1]),
            *(self._note(note) for note in self.notes),
            labels_below(words, centres, inside=False),
        ]
        return drawing(self.name, self.title, self.description, HEIGHT + 28, body, links=any(self.urls))

    def _is_untold(self, at: int) -> bool:
        return any(one.values[at] is None for one in self.series)

    def _said(self, at: int, total: int) -> str:
        number = number_format(total, force_grouping=True)
        return f"{self.labels[at]}: {self.untold if self._is_untold(at) else number}"

    def _linked(self, at: int, column: SafeString) -> SafeString:
        url = self.urls[at] if at < len(self.urls) else ""
        if not url:
            return column
        total = sum(one.values[at] or 0 for one in self.series)
        return format_html('<a href="{}" aria-label="{}">{}</a>', url, self._said(at, total), column)

    def _column(self, at: int, total: int, top: float) -> Iterator[SafeString]:
        x, width = self.room * (at + (1 - THICK) / 2), self.room * THICK
        if self._is_untold(at):
            yield _rect("untold", x, HEIGHT - STUB, width, STUB, self._said(at, total))
            return
        done = 0
        for number, one in enumerate(self.series, 1):
            value = one.values[at] or 0
            if value:
                done += value
                height = HEIGHT * value / top
                yield _rect(f"series-{number}", x, HEIGHT * (1 - done / top), width, height, self._part(at, one))
        if len(self.series) == 1 and len(self.labels) <= WITH_NUMBERS and total:
            yield format_html(
                '<text class="number" x="{}%" y="{}" text-anchor="middle">{}</text>',
                figure(x + width / 2),
                place(total, top, shift=-5),
                number_format(total, force_grouping=True),
            )

    def _part(self, at: int, one: Series) -> str:
        name = f"{one.name}, " if len(self.series) > 1 else ""
        return f"{name}{self.labels[at]}: {number_format(one.values[at] or 0, force_grouping=True)}"

    def _keys(self, top: float) -> Iterator[SafeString]:
        """The number of each part in its highest piece, once."""
        if len(self.series) < 2:
            return
        told = [at for at in range(len(self.labels)) if not self._is_untold(at)]
        for number, one in enumerate(self.series):
            highest = max(told, key=lambda at: one.values[at] or 0, default=None)
            if highest is not None and HEIGHT * (one.values[highest] or 0) / top >= 18:
                below = sum(other.values[highest] or 0 for other in self.series[:number])
                middle = below + (one.values[highest] or 0) / 2
                yield key(number + 1, self.room * (highest + 0.5), HEIGHT * (1 - middle / top))

    def _note(self, note: Note) -> SafeString:
        return format_html(
            '<svg class="note-mark" x="{}%" y="0" overflow="visible"><title>{}</title>'
            '<path d="M-5 -12L5 -12L0 -3Z"></path><line y1="-3" y2="{}"></line></svg>',
            figure(self.room * (note.at + 0.5)),
            note.words,
            HEIGHT,
        )


def _rect(kind: str, x: float, y: float, width: float, height: float, title: str) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}%" y="{}" width="{}%" height="{}"><title>{}</title></rect>',
        kind,
        figure(x),
        figure(y),
        figure(width),
        figure(height),
        title,
    )

"""A measure for each of several groups against one scale: a dot on a line, the words above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.ui.plots.frame import anchor, drawing, figure, short, ticks

ROW, LINE = 46, 30


@dataclass(frozen=True, slots=True)
class DotRow:
    """A group, its number, and a second one that lies below it on the same scale; None: not told."""

    label: str
    value: float | None
    second: float | None = None


@dataclass(frozen=True, slots=True)
class Dots:
    """`top` ends the scale (None: a round number above the largest). `first` and `other` name the two marks: a full
    dot and a hollow square. The rows stay in the order in which they come: nothing is ranked."""

    name: str
    title: str
    description: str
    rows: tuple[DotRow, ...]
    first: str
    other: str = ""
    unit: str = ""
    top: float | None = None
    untold: str = ""

    def svg(self) -> SafeString:
        largest = max((value for row in self.rows for value in (row.value, row.second) if value is not None), default=0)
        marks = ticks(self.top if self.top is not None else largest)
        height = ROW * len(self.rows) + 28
        body = [
            self._scale(marks, height),
            *(piece for number, row in enumerate(self.rows) for piece in self._row(number * ROW, row, marks[-1])),
        ]
        return drawing(self.name, self.title, self.description, height, body)

    def legend(self) -> SafeString:
        start, end = '<li><svg class="swatch" aria-hidden="true">', "</svg> {}</li>"
        full = format_html(start + '<circle class="dot-1" cx="50%" cy="50%" r="6"></circle>' + end, self.first)
        hollow = start + '<rect class="hollow" x="2" y="2" width="10" height="10"></rect>' + end
        second = format_html(hollow, self.other) if self.other else ""
        return format_html('<ul class="legend">{}{}</ul>', full, second)

    def _scale(self, marks: Sequence[float], height: int) -> SafeString:
        return format_html_join(
            "",
            '<line class="grid" x1="{0}%" x2="{0}%" y1="22" y2="{1}"></line>'
            '<text class="tick" x="{0}%" y="{2}" text-anchor="{3}">{4}</text>',
            (
                (figure(x), height - 22, height - 6, anchor(x), short(mark) + self.unit)
                for mark in marks
                for x in [100 * mark / marks[-1]]
            ),
        )

    def _row(self, top: int, row: DotRow, most: float) -> Iterator[SafeString]:
        yield format_html('<text x="0" y="{}">{}</text>', top + 14, row.label)
        if row.value is None:  # below the label, not beside it: on a phone both are longer than the line
            yield format_html('<text class="tick over" x="0" y="{}">{}</text>', top + LINE + 2, self.untold)
            return
        said = f"{short(row.value)}{self.unit}"
        yield format_html('<text class="tick over" x="100%" y="{}" text-anchor="end">{}</text>', top + 14, said)
        yield format_html('<line class="ground" x1="0" x2="100%" y1="{0}" y2="{0}"></line>', top + LINE)
        if row.second is not None:
            x = figure(100 * row.second / most)
            words = f"{self.other}, {row.label}: {short(row.second)}{self.unit}"
            yield format_html(
                '<svg x="{}%" y="{}" overflow="visible"><rect class="hollow" x="-5" y="-5" width="10" height="10">'
                "<title>{}</title></rect></svg>",
                x,
                top + LINE,
                words,
            )
        yield format_html(
            '<circle class="dot-1" cx="{}%" cy="{}" r="7"><title>{}</title></circle>',
            figure(100 * row.value / most),
            top + LINE,
            f"{self.first}, {row.label}: {said}",
        )

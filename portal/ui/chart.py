"""Charts drawn by the server: an SVG without script and without inline style, in the page's own colours.

Widths are percentages and there is no viewBox, so bars stretch with the page and letters keep their size, from a
phone to a wide screen. Each chart has a title that says the finding; the table with the numbers belongs beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.ui.plots.frame import fits

ROW, BAR = 30, 20
LABELS, BARS = 30, 48  # per cent of the width; the rest is for the totals behind the bars
MAX_SERIES = 5  # its pages have five colours; those of portal/ui/plots have six


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every bar: its name, and a number for each bar."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StackedBars:
    """Lying bars, one for each label, each made of up to five series. `name` is unique on the page; `title` says the
    finding, `description` what is drawn. Raises ValueError for more series, or numbers that do not fit the labels."""

    name: str
    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        fits(len(self.series), (len(one.values) for one in self.series), len(self.labels), most=MAX_SERIES)

    @property
    def totals(self) -> tuple[int, ...]:
        return tuple(sum(values) for values in zip(*(one.values for one in self.series), strict=True))

    @property
    def total(self) -> int:
        return sum(self.totals)

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, int]], int]]:
        """What the table beside it shows: label, numbers by the name of their series, total."""
        return [
            (
                label,
                [(one.name, one.values[place]) for one in self.series],
                self.totals[place],
            )
            for place, label in enumerate(self.labels)
        ]

    def svg(self) -> SafeString:
        bars = [self._bar(place, *row) for place, row in enumerate(self.rows)]
        return format_html(
            '<svg class="chart" role="img" aria-labelledby="{0}-title {0}-desc" width="100%" height="{1}">'
            '<title id="{0}-title">{2}</title><desc id="{0}-desc">{3}</desc>{4}</svg>',
            self.name,
            ROW * len(self.labels),
            self.title,
            self.description,
            format_html_join("", "{}", ((bar,) for bar in bars)),
        )

    def legend(self) -> SafeString:
        """In the order of the parts; the colour is never alone, the name stands beside it."""
        items = ((number, one.name) for number, one in enumerate(self.series, 1))
        swatch = '<li><svg class="swatch" aria-hidden="true"><rect class="series-{}"></rect></svg> {}</li>'
        return format_html('<ul class="legend">{}</ul>', format_html_join("", swatch, items))

    def _bar(self, place: int, label: str, cells: Sequence[tuple[str, int]], total: int) -> SafeString:
        top, middle = place * ROW, place * ROW + BAR // 2 + 5
        return format_html(
            '<text x="0" y="{}">{}</text><svg x="{}%" y="{}" width="{}%" height="{}" overflow="visible">{}'
            '<text x="{}%" dx="6" y="{}">{}</text></svg>',
            middle,
            label,
            LABELS,
            top,
            BARS,
            BAR,
            format_html_join("", "{}", ((part,) for part in self._parts(label, cells))),
            self._share(total),
            BAR // 2 + 5,
            number_format(total, force_grouping=True),
        )

    def _parts(self, label: str, cells: Sequence[tuple[str, int]]) -> list[SafeString]:
        parts, start = [], 0
        for number, (name, value) in enumerate(cells, 1):
            if value:
                parts.append(
                    format_html(
                        '<rect class="series-{}" x="{}%" y="0" width="{}%" height="{}"><title>{}</title></rect>',
                        number,
                        self._share(start),
                        self._share(value),
                        BAR,
                        f"{name}, {label}: {number_format(value, force_grouping=True)}",
                    )
                )
            start += value
        return parts

    def _share(self, value: int) -> str:
        """Per cent of the longest bar, with a point whatever the language."""
        return f"{100 * value / max(1, *self.totals):.3f}"

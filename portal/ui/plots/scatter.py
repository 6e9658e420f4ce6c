"""Two measures of many things against each other: a dot for each, another shape for those that deserve a look."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.ui.plots.frame import HEIGHT, anchor, drawing, figure, short

FIELD = 1.3 * HEIGHT


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float
    words: str
    stands_out: bool = False


@dataclass(frozen=True, slots=True)
class Scatter:
    """`x_marks` and `y_marks`: the marks of both axes, the smallest first; they are the edges of the field. Below
    `limit` on the second axis things stand out: the field is shaded there. Raises ValueError for points outside."""

    name: str
    title: str
    description: str
    points: tuple[Point, ...]
    x_name: str
    y_name: str
    x_marks: tuple[float, ...]
    y_marks: tuple[float, ...]
    limit: float
    x_unit: str = ""

    def __post_init__(self) -> None:
        across, down = (self.x_marks[0], self.x_marks[-1]), (self.y_marks[0], self.y_marks[-1])
        if any(not (across[0] <= one.x <= across[1] and down[0] <= one.y <= down[1]) for one in self.points):
            raise ValueError("a point lies outside of the field")

    def svg(self) -> SafeString:
        body = [self._shade(), self._marks(), self._names(), *(self._point(one) for one in self.points)]
        return drawing(self.name, self.title, self.description, int(FIELD) + 48, body)

    def _x(self, value: float) -> float:
        return 100 * (value - self.x_marks[0]) / (self.x_marks[-1] - self.x_marks[0])

    def _y(self, value: float) -> float:
        return FIELD * (self.y_marks[-1] - value) / (self.y_marks[-1] - self.y_marks[0])

    def _shade(self) -> SafeString:
        top = self._y(self.limit)
        shade = '<rect class="shade" x="0" y="{}" width="100%" height="{}"></rect>'
        return format_html(shade, figure(top), figure(FIELD - top))

    def _marks(self) -> SafeString:
        across = format_html_join(
            "",
            '<line class="grid" x1="0" x2="100%" y1="{0}" y2="{0}"></line>'
            '<text class="tick" x="-8" y="{1}" text-anchor="end">{2}</text>',
            ((figure(self._y(mark)), figure(self._y(mark) + 4), short(mark)) for mark in self.y_marks),
        )
        below = format_html_join(
            "",
            '<text class="tick{}" x="{}%" y="{}" text-anchor="{}">{}{}</text>',
            (
                (thin, figure(self._x(mark)), figure(FIELD + 18), anchor(self._x(mark)), short(mark), self.x_unit)
                for mark, thin in zip(self.x_marks, cycle(("", " thin")), strict=False)  # a phone has room for half
            ),
        )
        return format_html("{}{}", across, below)

    def _names(self) -> SafeString:
        return format_html(
            '<text class="word" x="0" y="-8">{}</text><text class="word" x="100%" y="{}" text-anchor="end">{}</text>',
            self.y_name,
            figure(FIELD + 40),
            self.x_name,
        )

    def _point(self, one: Point) -> SafeString:
        shape = '<path class="stands-out" d="M0 -7L7 6L-7 6Z">' if one.stands_out else '<circle class="dot-1" r="5">'
        end = "</path>" if one.stands_out else "</circle>"
        return format_html(
            '<svg x="{}%" y="{}" overflow="visible">' + shape + "<title>{}</title>" + end + "</svg>",
            figure(self._x(one.x)),
            figure(self._y(one.y)),
            one.words,
        )

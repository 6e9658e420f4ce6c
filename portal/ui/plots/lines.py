"""How a measure goes over time: up to three lines, told apart by their dashes and by the words at their ends."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.ui.plots.frame import HEIGHT, drawing, figure, grid, labels_below, place, spread, stretched, ticks

LINES = 3
#: Words at the ends of two lines keep so many pixels between them.
APART = 16


@dataclass(frozen=True, slots=True)
class Line:
    """A name, a number for each time (None where it is not told or there is none), and whether it is the target."""

    name: str
    values: tuple[float | None, ...]
    is_target: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Raises ValueError for more than three lines, or numbers that do not fit the labels. `unit` is for the axis."""

    name: str
    title: str
    description: str
    labels: tuple[str, ...]
    lines: tuple[Line, ...]
    unit: str = ""

    def __post_init__(self) -> None:
        if len(self.lines) > LINES or any(len(one.values) != len(self.labels) for one in self.lines):
            raise ValueError("a plot has at most three lines, each with a number for every time")

    def svg(self) -> SafeString:
        marks = ticks(max((value for one in self.lines for value in one.values if value is not None), default=0))
        paths = [self._path(number, one, marks[-1]) for number, one in enumerate(self.lines, 1)]
        dots = [dot for number, one in enumerate(self.lines, 1) for dot in self._lonely(number, one, marks[-1])]
        body = [
            grid(marks, unit=self.unit),
            stretched(paths),
            *dots,
            *self._words(marks[-1]),
            labels_below(spread(self.labels), [self._x(at) for at in range(len(self.labels))]),
        ]
        return drawing(self.name, self.title, self.description, HEIGHT + 28, body)

    def _x(self, at: int) -> float:
        return 100 * at / max(1, len(self.labels) - 1)

    def _path(self, number: int, line: Line, top: float) -> SafeString:
        parts, pen = [], "M"
        for at, value in enumerate(line.values):
            if value is None:
                pen = "M"
                continue
            parts.append(f"{pen}{figure(self._x(at))} {figure(100 * (1 - value / top))}")
            pen = "L"
        kind = "line-target" if line.is_target else f"line-{number}"
        return format_html('<path class="{}" d="{}"></path>', kind, "".join(parts))

    def _lonely(self, number: int, line: Line, top: float) -> list[SafeString]:
        """A number between two gaps is a dot, or it would not be seen."""
        around = (None, *line.values, None)
        return [
            format_html(
                '<circle class="{}" cx="{}%" cy="{}" r="3"></circle>',
                "dot-target" if line.is_target else f"dot-{number}",
                figure(self._x(at)),
                place(value, top),
            )
            for at, value in enumerate(line.values)
            if value is not None and around[at] is None and around[at + 2] is None
        ]

    def _words(self, top: float) -> list[SafeString]:
        """At the right end of each line its name, above the line; pushed apart where they would lie on each other."""
        ends = []
        for one in self.lines:
            last = next((at for at in reversed(range(len(one.values))) if one.values[at] is not None), None)
            if last is not None:
                ends.append((HEIGHT * (1 - (one.values[last] or 0) / top) - 6, self._x(last), one.name))
        placed: list[SafeString] = []
        floor = HEIGHT + 10.0
        for y, x, name in sorted(ends, reverse=True):
            floor = min(y, floor - APART)
            word = '<text class="word" x="{}%" y="{}" text-anchor="{}">{}</text>'
            placed.append(format_html(word, figure(x), figure(floor), "end" if x > 15 else "start", name))
        return placed

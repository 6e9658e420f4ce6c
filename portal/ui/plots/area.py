"""How much there was at each time, and of what: areas on top of each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.ui.plots.frame import (
    HEIGHT,
    Series,
    drawing,
    figure,
    fits,
    grid,
    key,
    labels_below,
    spread,
    stretched,
    ticks,
)

#: A band of so many pixels has room for its number.
ROOM = 20


@dataclass(frozen=True, slots=True)
class StackedArea:
    """Up to six series over times. Where one of them must not be told, none is drawn at that time: a gap. Raises
    ValueError for more series, or numbers that do not fit the labels."""

    name: str
    title: str
    description: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        fits(len(self.series), (len(one.values) for one in self.series), len(self.labels))

    def svg(self) -> SafeString:
        marks = ticks(max((self._upto(len(self.series), at) for run in self._runs() for at in run), default=0))
        areas = [self._area(number, run, marks[-1]) for number in range(len(self.series)) for run in self._runs()]
        body = [
            grid(marks),
            stretched(areas),
            *self._keys(marks[-1]),
            labels_below(spread(self.labels), [self._x(at) for at in range(len(self.labels))]),
        ]
        return drawing(self.name, self.title, self.description, HEIGHT + 28, body)

    def _x(self, at: int) -> float:
        return 100 * at / max(1, len(self.labels) - 1)

    def _upto(self, number: int, at: int) -> int:
        """The sum of the first series at a time."""
        return sum(one.values[at] or 0 for one in self.series[:number])

    def _runs(self) -> list[list[int]]:
        """Times without a gap between them."""
        runs: list[list[int]] = [[]]
        for at in range(len(self.labels)):
            if any(one.values[at] is None for one in self.series):
                runs.append([])
            else:
                runs[-1].append(at)
        return [run for run in runs if run]

    def _area(self, number: int, run: list[int], top: float) -> SafeString:
        points = [*self._edge(number + 1, run, top), *reversed(self._edge(number, run, top))]
        path = "M" + "L".join(points) + "Z"
        return format_html('<path class="series-{} band" d="{}"></path>', number + 1, path)

    def _edge(self, number: int, run: list[int], top: float) -> list[str]:
        # One single time between two gaps would be an area without width.
        sides = run if len(run) > 1 else [run[0], run[0]]
        edge = [(self._x(at), 100 * (1 - self._upto(number, at) / top)) for at in sides]
        if len(run) == 1:
            edge = [(edge[0][0] - 0.4, edge[0][1]), (edge[1][0] + 0.4, edge[1][1])]
        return [f"{figure(x)} {figure(y)}" for x, y in edge]

    def _keys(self, top: float) -> Iterator[SafeString]:
        """The number of each series in its band, where that is widest; none where there is no room."""
        times = [at for run in self._runs() for at in run]
        inner = [at for at in times if 4 <= self._x(at) <= 96] or times
        for number, one in enumerate(self.series):
            widest = max(inner, key=lambda at: one.values[at] or 0, default=None)
            if widest is None or HEIGHT * (one.values[widest] or 0) / top < ROOM:
                continue
            middle = (self._upto(number, widest) + self._upto(number + 1, widest)) / 2
            yield key(number + 1, self._x(widest), HEIGHT * (1 - middle / top))

"""What all plots share: the drawing with its title, the axis with few lines, labels below, keys that are no colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.ui.html import joined

HEIGHT = 200  # of the field in pixels; labels stand below it
MAX_SERIES = 6
#: So many labels fit below a plot on a phone; more of them are thinned out there.
FEW_LABELS = 5


@dataclass(frozen=True, slots=True)
class Series:
    """A part of each place: its name, and a number for each place, None where it must not be told."""

    name: str
    values: tuple[int | None, ...]


def fits(series: int, lengths: Iterable[int], places: int, *, most: int = MAX_SERIES) -> None:
    """Raises ValueError where there are more series than one can tell apart, or numbers that do not fit their places;
    `lengths` are how many there are of each."""
    if series > most:
        raise ValueError(f"At most {most} series can be told apart, and these are {series}. Put some together.")
    wrong = sorted({length for length in lengths if length != places})
    if wrong:
        raise ValueError(f"Each of {places} places has a number; {', '.join(map(str, wrong))} were given.")


def drawing(
    name: str, title: str, description: str, height: int, body: Iterable[SafeString], *, links: bool = False
) -> SafeString:
    """The whole picture. One with links in it is a group, because what is in an image cannot be reached."""
    return format_html(
        '<svg class="plot-svg" role="{0}" aria-labelledby="{1}-title {1}-desc" width="100%" height="{2}">'
        '<title id="{1}-title">{3}</title><desc id="{1}-desc">{4}</desc>{5}</svg>',
        "group" if links else "img",
        name,
        height,
        title,
        description,
        joined(body),
    )


def stretched(shapes: Iterable[SafeString], *, height: int = HEIGHT) -> SafeString:
    """Shapes in a field of 100 by 100 that takes the whole width; lines keep their strength (plots.css)."""
    return format_html(
        '<svg x="0" y="0" width="100%" height="{}" viewBox="0 0 100 100" preserveAspectRatio="none">{}</svg>',
        height,
        joined(shapes),
    )


def ticks(most: float) -> list[float]:
    """Round numbers from nought to the first that is not below `most`, at most five of them."""
    if most <= 0:
        return [0, 1]
    rough = most / 4
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999999)
    if most >= 1:
        step = max(step, 1)
    return [round(step * number, 10) for number in range(ceil(round(most / step, 9)) + 1)]


def grid(marks: Sequence[float], *, unit: str = "") -> SafeString:
    """Lines across the field with their numbers left of it; the first is the ground."""
    top = marks[-1]
    lines = (
        (place(mark, top), "ground" if mark == 0 else "grid", place(mark, top, shift=4), short(mark) + unit)
        for mark in marks
    )
    return format_html_join(
        "",
        '<line class="{1}" x1="0" x2="100%" y1="{0}" y2="{0}"></line>'
        '<text class="tick" x="-8" y="{2}" text-anchor="end">{3}</text>',
        ((y, kind, y_text, word) for y, kind, y_text, word in lines),
    )


def place(value: float, top: float, *, shift: float = 0) -> str:
    """How far down a value lies in the field, in pixels."""
    return figure(HEIGHT * (1 - value / top) + shift)


def figure(value: float) -> str:
    """A number for the drawing: with a point whatever the language, and without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def short(value: float) -> str:
    """A number for people, in their language."""
    whole = float(value).is_integer()
    return str(number_format(int(value) if whole else round(value, 2), force_grouping=True))


def labels_below(
    labels: Sequence[str], centres: Sequence[float], *, height: int = HEIGHT, inside: bool = True
) -> SafeString:
    """Level labels at their places in per cent; where there are many, the phone leaves out every other. `inside`: those
    at the edges do not stand out of the field."""
    kinds = ("label thin" if len(labels) > FEW_LABELS and number % 2 else "label" for number in range(len(labels)))
    return format_html_join(
        "",
        '<text class="{}" x="{}%" y="{}" text-anchor="{}">{}</text>',
        (
            (kind, figure(centre), height + 20, anchor(centre) if inside else "middle", label)
            for kind, centre, label in zip(kinds, centres, labels, strict=True)
            if label
        ),
    )


def anchor(centre: float) -> str:
    """So that a label at the edge stays inside."""
    return "start" if centre < 4 else "end" if centre > 96 else "middle"


def key(number: int, x: float, y: float) -> SafeString:
    """The number of a series, on a small ground of its own: it is read where colours are not."""
    return format_html(
        '<svg class="key" x="{}%" y="{}" overflow="visible"><circle r="8"></circle>'
        '<text y="4" text-anchor="middle">{}</text></svg>',
        figure(x),
        figure(y),
        number,
    )


def legend(names: Sequence[str], *, hidden: str = "") -> SafeString:
    """Number, colour and name of each series; at the end what hatching means, where something is hatched."""
    items = format_html_join(
        "",
        '<li><svg class="swatch" aria-hidden="true"><rect class="series-{0}"></rect></svg> <b>{0}</b> {1}</li>',
        enumerate(names, 1),
    )
    last = '<li><svg class="swatch" aria-hidden="true"><rect class="untold"></rect></svg> {}</li>'
    return format_html('<ul class="legend">{}{}</ul>', items, format_html(last, hidden) if hidden else "")


def spread(labels: Sequence[str], most: int = 5) -> list[str]:
    """Some of many labels, evenly, the first and the last among them; the others are empty."""
    if len(labels) <= most:
        return list(labels)
    wanted = {round(number * (len(labels) - 1) / (most - 1)) for number in range(most)}
    return [label if number in wanted else "" for number, label in enumerate(labels)]

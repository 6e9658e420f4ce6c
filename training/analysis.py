"""How questions do: how easy, how well they tell good attempts from weak ones, which wrong answers tempt.

Works on answers without names. Standard library only. Source: classical test theory, facility and the corrected
item-total correlation (point-biserial where a question is right or wrong and nothing between).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import sqrt

FEWEST_ATTEMPTS = 20
WEAK_DISCRIMINATION = 0.2
OPEN = "open"
MILLION = 10**6


@dataclass(frozen=True, slots=True)
class Mark:
    """How one question fared in one attempt, without a trace of whose attempt it was.

    `share` is what it earned (0 to 1), `total` the mean share of the whole attempt, `asked` the number of its
    questions, this one included. `chosen` is the parsed answer; empty where it was left open or typed.
    """

    key: str
    share: float
    total: float
    asked: int
    chosen: Mapping[str, object] | None = None

    @property
    def rest(self) -> float:
        """The mean share of the other questions of the attempt."""
        return (self.total * self.asked - self.share) / (self.asked - 1)


@dataclass(frozen=True, slots=True)
class Sums:
    """What is kept of many marks of one question: sums, in which no single attempt is found again.

    Shares are counted in millionths, so that sums are exact and nothing depends on their order. `compared` are the
    marks with other questions beside them; the sums after it are over those alone.
    """

    counted: int = 0
    share: int = 0
    compared: int = 0
    compared_share: int = 0
    share_squares: int = 0
    rest: int = 0
    rest_squares: int = 0
    products: int = 0
    picks: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Sums) -> Sums:
        numbers = {name: getattr(self, name) + getattr(other, name) for name in NUMBERS}
        return Sums(**numbers, picks=dict(Counter(self.picks) + Counter(other.picks)))


NUMBERS = (
    "counted",
    "share",
    "compared",
    "compared_share",
    "share_squares",
    "rest",
    "rest_squares",
    "products",
)


def sums_of(mark: Mark) -> Sums:
    """One mark as a summand."""
    share, picks = round(mark.share * MILLION), dict.fromkeys(_picks(mark.chosen), 1)
    if mark.asked < 2:
        return Sums(1, share, picks=picks)
    rest = round(mark.rest * MILLION)
    return Sums(1, share, 1, share, share * share, rest, rest * rest, share * rest, picks)


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What can be said about a question after FEWEST_ATTEMPTS attempts; before that everything but `attempts` is None.

    `facility`: the mean share, 1 = everybody is right. `discrimination`: the correlation of the share of this
    question with the mean share of the other questions of the same attempt, -1 to 1; below WEAK_DISCRIMINATION the
    question deserves a look, below 0 the better attempts get it wrong. None where all are equal. `choices`: for each
    thing one can choose, the share of attempts that chose it; empty for what is typed or put in order.
    """

    attempts: int
    facility: float | None = None
    discrimination: float | None = None
    choices: Mapping[str, float] | None = None


def analyse(marks: Iterable[Mark]) -> dict[str, ItemFigures]:
    """Figures for each question that was asked, by key."""
    by_key: dict[str, Sums] = defaultdict(Sums)
    for mark in marks:
        by_key[mark.key] += sums_of(mark)
    return {key: figures(sums) for key, sums in by_key.items()}


def figures(sums: Sums) -> ItemFigures:
    if sums.counted < FEWEST_ATTEMPTS:
        return ItemFigures(sums.counted)
    return ItemFigures(
        attempts=sums.counted,
        facility=sums.share / MILLION / sums.counted,
        discrimination=_discrimination(sums),
        choices=_choices(sums),
    )


def _discrimination(sums: Sums) -> float | None:
    """Corrected point-biserial: the question itself is not in the rest, or it would agree with itself.

    Chosen over the difference of the upper and lower 27 %: it uses every attempt, which counts with 20 of them, and
    it takes part marks. Mean instead of sum: attempts draw different questions, and a refresher draws fewer.
    """
    n = sums.compared
    if n < FEWEST_ATTEMPTS:
        return None
    share_spread = n * sums.share_squares - sums.compared_share**2
    rest_spread = n * sums.rest_squares - sums.rest**2
    if not share_spread or not rest_spread:  # one of the two never varies
        return None
    return (n * sums.products - sums.compared_share * sums.rest) / sqrt(share_spread * rest_spread)


def _choices(sums: Sums) -> dict[str, float]:
    if not set(sums.picks) - {OPEN}:
        return {}
    return {pick: count / sums.counted for pick, count in sorted(sums.picks.items())}


def _picks(answer: Mapping[str, object] | None) -> list[str]:
    """What was chosen, as words: an option, `true`, an outcome, a rule, `left=right`. Typed words stay private."""
    if not answer:
        return [OPEN]
    if isinstance(pairs := answer.get("pairs"), Mapping):
        return [f"{left}={right}" for left, right in pairs.items()]
    picked = [answer.get(name) for name in ("chosen", "outcome", "why")]
    flat = [one for pick in picked for one in (pick if isinstance(pick, list | tuple) else [pick])]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in flat if one is not None]

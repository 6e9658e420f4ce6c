"""How questions do: how easy, how well they tell good attempts from weak ones, which wrong answers tempt.

Works on answers without names. Standard library only. Source: classical test theory, facility and the corrected
item-total correlation (point-biserial where a question is right or wrong and nothing between).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import StatisticsError, correlation, fmean

FEWEST_ATTEMPTS = 20
WEAK_DISCRIMINATION = 0.2
OPEN = "open"


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
    by_key: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_key[mark.key].append(mark)
    return {key: _figures(found) for key, found in by_key.items()}


def _figures(marks: list[Mark]) -> ItemFigures:
    if len(marks) < FEWEST_ATTEMPTS:
        return ItemFigures(len(marks))
    return ItemFigures(
        attempts=len(marks),
        facility=fmean(mark.share for mark in marks),
        discrimination=_discrimination([mark for mark in marks if mark.asked > 1]),
        choices=_choices(marks),
    )


def _discrimination(marks: list[Mark]) -> float | None:
    """Corrected point-biserial: the question itself is not in the rest, or it would agree with itself.

    Chosen over the difference of the upper and lower 27 %: it uses every attempt, which counts with 20 of them, and
    it takes part marks. Mean instead of sum: attempts draw different questions, and a refresher draws fewer.
    """
    if len(marks) < FEWEST_ATTEMPTS:
        return None
    shares, rests = [mark.share for mark in marks], [round(mark.rest, 9) for mark in marks]
    try:
        return correlation(shares, rests)
    except StatisticsError:  # one of the two never varies; rounding keeps the noise of division out of that
        return None


def _choices(marks: list[Mark]) -> dict[str, float]:
    if not any(mark.chosen for mark in marks):
        return {}
    counted = Counter(pick for mark in marks for pick in set(_picks(mark.chosen)))
    return {pick: count / len(marks) for pick, count in sorted(counted.items())}


def _picks(answer: Mapping[str, object] | None) -> list[str]:
    """What was chosen, as words: an option, `true`, an outcome, a rule, `left=right`. Typed words stay private."""
    if not answer:
        return [OPEN]
    if isinstance(pairs := answer.get("pairs"), Mapping):
        return [f"{left}={right}" for left, right in pairs.items()]
    picked = [answer.get(name) for name in ("chosen", "outcome", "why")]
    flat = [one for pick in picked for one in (pick if isinstance(pick, list | tuple) else [pick])]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in flat if one is not None]

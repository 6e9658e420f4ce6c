"""Of how many people at least a number may be told: the one place that decides, for every page, export and report."""

from __future__ import annotations

from collections.abc import Iterable

#: Smaller groups would tell about single people (works council, BetrVG § 87(1) Nr. 6).
FEWEST_PEOPLE = 5


def may_be_told(people: int) -> bool:
    """Whether a number about so many people may be shown at all."""
    return people >= FEWEST_PEOPLE


def total_may_be_told(groups: Iterable[int]) -> bool:
    """Whether the sum over these groups may stand beside them: not where one could reckon back from it to groups that
    are too small, unless these are together enough to hide in."""
    hidden = sum(people for people in groups if not may_be_told(people))
    return hidden == 0 or may_be_told(hidden)

"""How a customer may be contacted, in one sentence and the lines beneath it: what the customer's page opens with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from contacts.requests.views.customer import GridRow

ASKED = ("needs_manager_approval", "needs_dpo_approval")


@dataclass(frozen=True, slots=True)
class StandingWords:
    """`tone` and `outcome` are those of the best answer there is; `lines` say the rest."""

    outcome: str
    tone: str
    sentence: str
    lines: tuple[str, ...]


def standing_words(grid: list[GridRow], *, blocked: bool) -> StandingWords:
    """From the answers for the usual reasons, sent from the company's own accounts. Who refused all contact (`blocked`)
    is a no, whatever the law or a contract still makes possible: that stands beneath."""
    allowed, asked = _ways(grid, ("allowed",)), _ways(grid, ASKED)
    refused = [purpose for purpose in _purposes(grid) if purpose not in allowed and purpose not in asked]
    approval = [_("With approval, for %(purpose)s: %(ways)s.") % _pair(purpose, asked) for purpose in asked]
    closed = [_("Not for %(purpose)s.") % {"purpose": purpose} for purpose in refused]
    if blocked:
        exceptions = [_("Still possible, for %(purpose)s: %(ways)s.") % _pair(purpose, allowed) for purpose in allowed]
        sentence = _("No. This person wants no contact.")
        return StandingWords("forbidden", "forbidden", sentence, (*exceptions, *approval))
    if allowed:
        first, *others = allowed
        more = [_("Also for %(purpose)s: %(ways)s.") % _pair(purpose, allowed) for purpose in others]
        sentence = _("Yes, for %(purpose)s over %(ways)s.") % _pair(first, allowed)
        return StandingWords("allowed", "allowed", sentence, (*more, *approval, *closed))
    if asked:
        sentence = _("Perhaps: every contact needs an approval.")
        return StandingWords("needs_manager_approval", "manager", sentence, (*approval, *closed))
    sentence = _("No, over none of the usual ways.") if grid else _("No: no address is on record.")
    return StandingWords("forbidden", "forbidden", sentence, ())


def _purposes(grid: list[GridRow]) -> list[str]:
    return list(dict.fromkeys(str(purpose.label) for row in grid for purpose, _outcome in row.cells))


def _ways(grid: list[GridRow], outcomes: Iterable[str]) -> dict[str, list[str]]:
    """Over which ways each reason has one of these answers, in the order of the grid."""
    found: dict[str, list[str]] = {}
    for purpose in _purposes(grid):
        ways = [
            row.point.get_way_display()
            for row in grid
            for asked, outcome in row.cells
            if str(asked.label) == purpose and outcome in outcomes
        ]
        if ways:
            found[purpose] = list(dict.fromkeys(ways))
    return found


def _pair(purpose: str, ways: dict[str, list[str]]) -> dict[str, str]:
    return {"purpose": purpose, "ways": ", ".join(ways[purpose])}

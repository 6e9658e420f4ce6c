"""How a customer may be contacted, in one sentence and the lines beneath it: what the customer's page opens with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from contacts.requests.views.customer import GridRow
    from portal.vocabulary import Purpose

KINDS = {"allowed": "allowed", "needs_manager_approval": "asked", "needs_dpo_approval": "asked"}


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
    found = _found(grid)
    allowed, asked = _ways(found, "allowed"), _ways(found, "asked")
    refused = [purpose for purpose in found if purpose not in allowed and purpose not in asked]
    approval = [_("With approval, for %(purpose)s: %(ways)s.") % _pair(purpose, asked) for purpose in asked]
    closed = [_("Not for %(purpose)s.") % {"purpose": purpose.label} for purpose in refused]
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


def _found(grid: list[GridRow]) -> dict[Purpose, dict[str, list[str]]]:
    """Over which ways each reason has each kind of answer, in the order of the grid."""
    found: dict[Purpose, dict[str, list[str]]] = {}
    for row in grid:
        way = row.point.get_way_display()
        for purpose, outcome in row.cells:
            ways = found.setdefault(purpose, {}).setdefault(KINDS.get(outcome, "refused"), [])
            if way not in ways:
                ways.append(way)
    return found


def _ways(found: dict[Purpose, dict[str, list[str]]], kind: str) -> dict[Purpose, list[str]]:
    """The reasons that have an answer of this kind."""
    return {purpose: kinds[kind] for purpose, kinds in found.items() if kind in kinds}


def _pair(purpose: Purpose, ways: dict[Purpose, list[str]]) -> dict[str, str]:
    return {"purpose": str(purpose.label), "ways": ", ".join(ways[purpose])}

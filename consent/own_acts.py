"""What the customer did last on the own page, as the ledger has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from consent.models import ConsentEvent
from contacts.customers.models import Objection

if TYPE_CHECKING:
    from contacts.customers.models import Customer


@dataclass(frozen=True, slots=True)
class Act:
    """One press: its instant, what was refused as a whole (or ""), and what was switched off with it."""

    at: datetime
    scope: str
    ended: tuple[str, ...]


def last_act(customer: Customer) -> Act | None:
    """The latest press on the own page; None before the first."""
    ended = ConsentEvent.objects.filter(
        consent__customer=customer, kind="withdrawn", how=ConsentEvent.How.PREFERENCES
    ).select_related("consent")
    said = Objection.objects.filter(customer=customer, how=Objection.How.PREFERENCES)
    times = [*ended.order_by("-recorded_at").values_list("recorded_at", flat=True)[:1]]
    times += said.order_by("-received_at").values_list("received_at", flat=True)[:1]
    if not times:
        return None
    at = max(times)
    refusal = said.filter(received_at=at).order_by("-pk").first()
    words = tuple(str(event.consent) for event in ended.filter(recorded_at=at))
    return Act(at, _scope_of(refusal), words or _way_of(refusal))


def _scope_of(refusal: Objection | None) -> str:
    """Only what was refused on every way counts as a whole."""
    return refusal.scope if refusal is not None and not refusal.channel else ""


def _way_of(refusal: Objection | None) -> tuple[str, ...]:
    if refusal is None or not refusal.channel:
        return ()
    return (f"{refusal.get_scope_display()}: {refusal.get_channel_display()}",)

"""What may wait for a person, read from all rooms in one statement that is written once for each set of roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from contacts.customers.suppression.models import KEEPERS, SuppressionList
from contacts.incidents.models import Incident, Order
from contacts.incidents.selectors import order_to_acknowledge, urgent_incidents
from contacts.requests.models import ContactRequest, Permit, PermitUse
from contacts.requests.reach import open_to
from contacts.requests.rules import State
from contacts.requests.selectors import ENDING_WITHIN, ending_permits
from portal.access.roles import Role
from portal.people.models import User
from portal.together import Together
from training.models import Assignment
from training.selectors.duties import assignments_in_force

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHOWN_PER_KIND = 5


@dataclass(frozen=True)
class Waiting:
    """The rows of each kind at an instant. `may_decide` and `may_look`: whether there is anything among which those
    that this person decides, or looks at afterwards, would have to be found out."""

    user: User
    at: datetime
    orders: list[Order]
    incidents: list[Incident]
    assignments: list[Assignment]
    lists: list[SuppressionList]
    uses: list[PermitUse]
    sent_back: list[ContactRequest]
    drafts: list[ContactRequest]
    permits: list[Permit]
    may_decide: bool
    may_look: bool


def waiting_for(user: User, *, at: datetime) -> Waiting:
    """One query, whatever waits."""
    read = _reading(tuple(sorted(user.roles)) if user.is_active else ())(
        user=user.pk, at=at, today=timezone.localdate(at), soon=at + ENDING_WITHIN
    )
    decide, look = (bool(read.pop(name, [])) for name in ("stages", "dangers"))
    kinds: dict[str, list[Any]] = {"lists": [], **read}
    return Waiting(user, at, **kinds, may_decide=decide, may_look=look)


@lru_cache(maxsize=64)
def _reading(roles: tuple[str, ...]) -> Together:
    """For somebody with these roles. The statement is remembered, never what it found."""

    def rows(*, user: int, at: datetime, today: date, soon: datetime) -> dict[str, QuerySet[Any]]:
        somebody = User(pk=user, roles=list(roles), is_active=True)
        return {
            "orders": order_to_acknowledge(somebody)[:SHOWN_PER_KIND],
            "incidents": _incidents(somebody)[:SHOWN_PER_KIND],
            "assignments": assignments_in_force(),
            **open_to(somebody, today=today),
            **({"lists": SuppressionList.objects.all()} if somebody.has_role(*KEEPERS) else {}),
            "uses": _uses(somebody)[:SHOWN_PER_KIND],
            "sent_back": _drafts(somebody).filter(submitted_at__isnull=False)[:SHOWN_PER_KIND],
            "drafts": _drafts(somebody).filter(submitted_at__isnull=True)[:SHOWN_PER_KIND],
            "permits": ending_permits(somebody, at=at, until=soon).select_related("customer").order_by("valid_until"),
        }

    return Together(rows)


def _incidents(user: User) -> QuerySet[Incident]:
    """For officers what is open, for others what they reported and nobody has begun with."""
    if user.has_role(Role.DPO):
        return urgent_incidents(user)
    return Incident.objects.filter(reporter=user, state="reported").order_by("-pk")


def _uses(user: User) -> QuerySet[PermitUse]:
    uses = PermitUse.objects.filter(used_by=user, contact__isnull=True)
    return uses.select_related("permit__customer").order_by("at")


def _drafts(user: User) -> QuerySet[ContactRequest]:
    drafts = ContactRequest.objects.filter(requester=user, state=State.DRAFT)
    return drafts.select_related("customer").order_by("-pk")

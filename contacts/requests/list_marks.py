"""What a list of customers tells beside each name: what was refused, and the reader's own permits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from contacts.customers.models import Objection, Restriction
from contacts.requests.models import Permit
from contacts.requests.rules import PermitState

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User


FULL, MARKETING = "full_block", "marketing_objection"


@dataclass(frozen=True, slots=True)
class Marks:
    """`refused`: `full_block`, `marketing_objection` or empty. `permits`: own usable ones, the first to end first.

    No mark is no permission: what one may do, only the question tells.
    """

    refused: str = ""
    permits: tuple[Permit, ...] = ()


NONE = Marks()


def marks_of(user: User, customers: Sequence[Customer], *, at: datetime) -> dict[int, Marks]:
    """By the keys of the customers; those without a mark are not in it. Four queries, however many there are."""
    keys = [one.pk for one in customers]
    refused = _refused(keys)
    permits: dict[int, list[Permit]] = {}
    usable = Permit.objects.filter(holder=user, customer__in=keys, state=PermitState.ACTIVE, valid_until__gt=at)
    for permit in usable.select_related("contact_point").order_by("valid_until"):
        permits.setdefault(permit.customer_id, []).append(permit)
    return {key: Marks(refused.get(key, ""), tuple(permits.get(key, ()))) for key in {*refused, *permits}}


def _refused(keys: list[int]) -> dict[int, str]:
    """The strictest of what each has said about every channel, and restrictions (Art. 18 GDPR), which block alike."""
    said = Objection.objects.filter(customer__in=keys, channel="").order_by()
    found = dict(said.filter(scope=MARKETING).values_list("customer", "scope"))
    found |= dict(said.filter(scope=FULL).values_list("customer", "scope"))
    restricted = Restriction.objects.filter(customer__in=keys, until__isnull=True).order_by()
    return found | dict.fromkeys(restricted.values_list("customer", flat=True), FULL)

"""What a list of customers tells beside each name: ways to reach them, what was refused, the reader's own permits.

All of it, and the reader's saved views, is read by one statement that is kept (`portal.together`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from contacts.customers.models import ContactPoint, Objection, Restriction
from contacts.requests.models import Permit, SavedView
from contacts.requests.rules import PermitState
from portal.people.models import User
from portal.together import Together, any_of
from portal.vocabulary import way_in_words

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from contacts.customers.models import Customer


FULL = "full_block"


@dataclass(frozen=True, slots=True)
class Marks:
    """`refused`: `full_block`, `marketing_objection` or empty. `permits`: own usable ones, the first to end first.

    No mark is no permission: what one may do, only the question tells.
    """

    refused: str = ""
    permits: tuple[Permit, ...] = ()


NONE = Marks()


@dataclass(frozen=True, slots=True)
class Beside:
    """By the keys of the customers: `marks` without those that have none, `ways` in words. `views` are the reader's."""

    marks: dict[int, Marks]
    ways: dict[int, str]
    views: list[SavedView]


def beside(user: User, customers: Sequence[Customer], *, at: datetime) -> Beside:
    """One query, however many there are."""
    read = _READ(user=user.pk, keys=[one.pk for one in customers], at=at)
    permits: dict[int, list[Permit]] = {}
    for permit in read["permits"]:
        permits.setdefault(permit.customer_id, []).append(permit)
    refused = _refused(read["said"], read["restricted"])
    marks = {key: Marks(refused.get(key, ""), tuple(permits.get(key, ()))) for key in {*refused, *permits}}
    return Beside(marks, _ways(read["ways"]), read["views"])


def _rows(*, user: int, keys: list[int], at: datetime) -> dict[str, QuerySet[Any, Any]]:
    among = any_of("customer__pk", keys)
    usable = Permit.objects.filter(among, holder=user, state=PermitState.ACTIVE, valid_until__gt=at)
    return {
        "said": Objection.objects.filter(among, channel="").order_by().values_list("customer", "scope"),
        "restricted": Restriction.objects.filter(among, until=None).order_by().values_list("customer", flat=True),
        "permits": usable.select_related("contact_point").only(*SHOWN_OF_A_PERMIT).order_by("valid_until"),
        "ways": ContactPoint.objects.filter(among, retired_at=None).values_list("customer", "channel", "platform"),
        "views": SavedView.objects.visible_to(User(pk=user, is_active=True)),
    }


SHOWN_OF_A_PERMIT = ("customer", "valid_until", "contact_point__channel", "contact_point__platform")
_READ = Together(_rows)


def _refused(said: Iterable[tuple[int, str]], restricted: Iterable[int]) -> dict[int, str]:
    """The strictest of what each has said about every channel, and restrictions (Art. 18 GDPR), which block alike."""
    found: dict[int, str] = {}
    for customer, scope in said:
        found[customer] = FULL if FULL in (scope, found.get(customer)) else scope
    return found | dict.fromkeys(restricted, FULL)


def _ways(points: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """The channels and platforms of each, in the order of the rows, every word once."""
    word = cache(way_in_words)
    words: dict[int, dict[str, None]] = {}
    for customer, channel, platform in points:
        words.setdefault(customer, {})[word(channel, platform)] = None
    return {customer: ", ".join(mine) for customer, mine in words.items()}

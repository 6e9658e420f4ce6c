"""Reading the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.audit.models import AuditEntry
from portal.audit.words import subject_word, word

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of an entry; an empty text where it was not there."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page shows it."""

    entry: AuditEntry
    word: str
    subject: str
    who: str
    differences: tuple[Difference, ...]


def entries(user: User, wanted: dict[str, Any]) -> QuerySet[AuditEntry]:
    """Visible entries narrowed by the filters of AuditFilter (missing keys narrow nothing)."""
    rows = AuditEntry.objects.visible_to(user).select_related("actor")
    if wanted.get("who"):
        rows = rows.filter(_by(wanted["who"]))
    if wanted.get("verb"):
        rows = rows.filter(verb=wanted["verb"])
    if wanted.get("subject"):
        rows = rows.filter(subject_id__iexact=wanted["subject"].strip())
    if wanted.get("customer"):
        rows = rows.filter(customer_id__in=_customer_ids(wanted["customer"].strip()))
    if wanted.get("first"):
        rows = rows.filter(at__gte=_instant(wanted["first"], time.min))
    if wanted.get("last"):
        rows = rows.filter(at__lte=_instant(wanted["last"], time.max))
    return rows


def lines(found: list[AuditEntry]) -> list[Line]:
    return [
        Line(
            entry,
            word(entry.verb),
            subject_word(entry.subject_type),
            entry.actor.get_full_name() if entry.actor else entry.job,
            differences(entry),
        )
        for entry in found
    ]


def differences(entry: AuditEntry) -> tuple[Difference, ...]:
    """The fields that the entry names, with what they were and what they became; equal ones once, on the right."""
    names = sorted({*entry.before, *entry.after})
    told = (Difference(name, _plain(entry.before.get(name)), _plain(entry.after.get(name))) for name in names)
    return tuple(one for one in told if one.before or one.after)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return ""
    return ", ".join(_plain(part) for part in value) if isinstance(value, list) else str(value)


def _by(who: str) -> Q:
    condition = Q(job__iexact=who.strip()) | Q(actor__email__iexact=who.strip())
    words = [Q(actor__last_name__istartswith=part) | Q(actor__first_name__istartswith=part) for part in who.split()]
    named = Q()
    for part in words:
        named &= part
    return condition | named if words else condition


def _customer_ids(number: str) -> QuerySet[AuditEntry, int | None]:
    """The trail knows a customer's row by the entries about the customer itself, also after its erasure."""
    named = AuditEntry.objects.filter(subject_type="customer", subject_id__iexact=number)
    return named.values_list("customer_id", flat=True)


def _instant(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))

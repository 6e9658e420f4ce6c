"""Reading the trail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from portal.audit.field_words import field_word
from portal.audit.models import Anchor, AuditEntry, Seal, SignedHead, Verification
from portal.audit.rules.leaf import fingerprint
from portal.audit.sealing import begin_after
from portal.audit.values import Names, about, names_in, value_word
from portal.audit.words import job_word, jobs_called, subject_word, word
from portal.people.masking import names_are_hidden, pseudonym
from portal.people.models import User

#: What an entry about an employee says of the name.
NAMES = ("email", "first_name", "last_name", "person_number")


_OWN = [field.name for field in AuditEntry._meta.concrete_fields]


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
    about: str
    customer: str
    who: str
    differences: tuple[Difference, ...]
    raw: str


def entries(user: User, wanted: dict[str, Any]) -> QuerySet[AuditEntry]:
    """Visible entries narrowed by the filters of AuditFilter (missing keys narrow nothing)."""
    rows = (
        AuditEntry.objects.visible_to(user).select_related("actor").only(*_OWN, *(f"actor__{name}" for name in NAMES))
    )
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
    names, label = names_in(found), cache(field_word)  # a page names the same few fields again and again
    return [_line(entry, names, label) for entry in found]


def _line(entry: AuditEntry, names: Names, label: Callable[[str], str]) -> Line:
    return Line(
        entry=entry,
        word=word(entry.verb),
        subject=subject_word(entry.subject_type),
        about=about(entry, names),
        customer=names.customers.get(entry.customer_id or 0, ""),
        who=entry.actor.get_full_name() if entry.actor else job_word(entry.job),
        differences=differences(entry, names, label),
        raw="" if names_are_hidden() else _raw(entry),
    )


def differences(entry: AuditEntry, names: Names, label: Callable[[str], str] = field_word) -> tuple[Difference, ...]:
    """The fields that the entry names, with what they were and what they became, in words. `label` names a field."""
    hidden = NAMES if entry.subject_type == "person" and names_are_hidden() else ()
    return tuple(
        Difference(label(name), *said)
        for name in sorted({*entry.before, *entry.after} - {*hidden})
        if any(said := [value_word(entry.subject_type, name, told.get(name), names) for told in _both(entry)])
    )


def _both(entry: AuditEntry) -> tuple[dict[str, Any], dict[str, Any]]:
    return entry.before, entry.after


def _raw(entry: AuditEntry) -> str:
    """The entry as it is stored, for those who compare it."""
    stored = {name: getattr(entry, name) for name in ("id", "at", "actor_id", "job", "verb", "subject_type")}
    stored |= {name: getattr(entry, name) for name in ("subject_id", "customer_id", "before", "after")}
    return json.dumps(stored, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _by(who: str) -> Q:
    """Whoever sees no names finds nobody by one, but by the pseudonym."""
    if names_are_hidden():
        return Q(job__in=jobs_called(who.strip())) | Q(actor__in=_behind(who.strip()))
    job = Q(job__iexact=who.strip()) | Q(job__in=jobs_called(who.strip()))
    condition = job | Q(actor__email__iexact=who.strip())
    words = [Q(actor__last_name__istartswith=part) | Q(actor__first_name__istartswith=part) for part in who.split()]
    named = Q()
    for part in words:
        named &= part
    return condition | named if words else condition


def _behind(words: str) -> list[int]:
    """The accounts that are shown under this pseudonym."""
    return [key for key in User.objects.values_list("pk", flat=True) if pseudonym(key).casefold() == words.casefold()]


def _customer_ids(number: str) -> QuerySet[AuditEntry, int | None]:
    """The trail knows a customer's row by the entries about the customer itself, also after its erasure."""
    named = AuditEntry.objects.filter(subject_type="customer", subject_id__iexact=number)
    return named.values_list("customer_id", flat=True)


def _instant(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def head_age(at: datetime) -> timedelta | None:
    """How long ago the newest head was signed; None where there is none. More than two hours is a fault: the clock
    signs one each hour."""
    newest = SignedHead.objects.last()
    return at - newest.at if newest else None


@dataclass(frozen=True, slots=True)
class State:
    """How the trail stands, for those who watch over it."""

    sealed: int
    unsealed: int
    oldest_unsealed: datetime | None
    head: SignedHead | None
    head_is_late: bool
    fingerprint: str
    in_file: datetime | None
    not_in_file: int
    mailed: datetime | None
    verification: Verification | None


#: A head each hour, and a turn of the sequencer each minute: twice as long is late.
HEAD_LATE = timedelta(hours=2)


def state(at: datetime) -> State:
    """The state of sealing, heads, anchors and verification; what is unsealed, as far as the sequencer looks back."""
    last, head = Seal.objects.last(), SignedHead.objects.last()
    waiting = AuditEntry.objects.filter(pk__gt=begin_after(at), seal=None).aggregate(n=Count("pk"), at=Min("at"))
    places = dict(Anchor.objects.order_by().values_list("place").annotate(at=Max("at")))
    age = head_age(at)
    return State(
        sealed=last.index + 1 if last else 0,
        unsealed=waiting["n"],
        oldest_unsealed=waiting["at"],
        head=head,
        head_is_late=age is None or age > HEAD_LATE,
        fingerprint=fingerprint(bytes(head.key)) if head else "",
        in_file=places.get(Anchor.Place.FILE),
        not_in_file=SignedHead.objects.exclude(anchors__place=Anchor.Place.FILE).count(),
        mailed=places.get(Anchor.Place.MAIL),
        verification=Verification.objects.first(),
    )


def head_lines() -> Iterator[str]:
    """Every signed head, one line of JSON each, the oldest first."""
    for head in SignedHead.objects.order_by("pk").iterator():
        yield head.plain().line() + "\n"

"""The entries of the audit trail that belong into a pack, as far as the reader may see them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from contacts.evidence.pack import Asked, Values, demand_fitting
from portal.audit.models import AuditEntry, SignedHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet


#: As many as are signed in a quarter, one an hour.
MOST_HEADS = 2_500
#: What puts a wording, and what puts a rule set on record with its hash.
WORDING_KEPT = ("consent_text.published", "consent_text.recorded")
RULES_RELEASED = ("rules.released",)


def about_customer(asked: Asked, customer_id: int, values: Values) -> tuple[AuditEntry, ...]:
    """What happened to the customer, and how the wordings and rule sets that `values` name were put on record."""
    return _entries(asked, Q(customer_id=customer_id), *_named(values))


def about_things(
    asked: Asked, customer_id: int, things: Sequence[tuple[str, str]], values: Values
) -> tuple[AuditEntry, ...]:
    """What happened to some things of a customer, each by its kind and number, and what `values` name."""
    mine = Q(pk__in=[])
    for kind, number in things:
        mine |= Q(subject_type=kind, subject_id=number)
    return _entries(asked, Q(customer_id=customer_id) & mine, *_named(values))


def _named(values: Values) -> tuple[Q, Q]:
    """With these entries it is the trail that vouches for the hashes, and not the row that could have been changed."""
    wordings = [one["reference"] for one in values.get("wordings", ())]
    rules = [str(one["number"]) for one in values.get("rule_sets", ())]
    return Q(verb__in=WORDING_KEPT, subject_id__in=wordings), Q(verb__in=RULES_RELEASED, subject_id__in=rules)


def in_period(asked: Asked, first: date, last: date) -> tuple[AuditEntry, ...]:
    """What was recorded from the beginning of the first day to the end of the last, in the portal's time zone."""
    return _entries(asked, Q(at__gte=_begin(first), at__lt=_begin(last + timedelta(days=1))))


def heads_in_period(first: date, last: date) -> tuple[SignedHead, ...]:
    """The heads that were signed over these days, the oldest first, with where they were anchored."""
    rows = SignedHead.objects.filter(at__gte=_begin(first), at__lt=_begin(last + timedelta(days=1)), tree_size__gt=0)
    found = {head.tree_size: head for head in rows.prefetch_related("anchors").order_by("pk")[: MOST_HEADS + 1]}
    demand_fitting(len(found), MOST_HEADS)
    return tuple(found.values())


def head_values(head: SignedHead) -> Values:
    places = [{"place": one.place, "at": one.at} for one in head.anchors.all()]
    return {"tree_size": head.tree_size, "root": bytes(head.root).hex(), "at": head.at, "anchored": places}


def _entries(asked: Asked, *conditions: Q) -> tuple[AuditEntry, ...]:
    """The oldest first. Each condition is asked for by itself, so that each goes by its own index in a trail of
    millions. Raises ValidationError for more than fits."""
    seen: QuerySet[AuditEntry] = AuditEntry.objects.visible_to(asked.reader).select_related("actor").order_by()
    found = {entry.pk: entry for condition in conditions for entry in seen.filter(condition)[: asked.most + 1]}
    demand_fitting(len(found), asked.most)
    return tuple(found[key] for key in sorted(found))


def entry_values(entry: AuditEntry) -> Values:
    """One entry as it stands in evidence.json; what proves it stands in proofs.json under the same id."""
    by = str(entry.actor) if entry.actor is not None else entry.job
    names = ("verb", "subject_type", "subject_id", "before", "after")
    return {"id": entry.pk, "at": entry.at, "by": by, **{name: getattr(entry, name) for name in names}}


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))

"""Reading what goes into a pack: about a customer, about a request, over a period. The number of statements does not
grow with what there is, but for the rule sets (one for each that decided)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings

from consent.sheets import as_json as sheet_values
from consent.sheets import sheets_of, wordings_of
from contacts.customers.suppression.standing import standing_of
from contacts.evidence import trail
from contacts.evidence.enclosing import enclosed
from contacts.evidence.pack import FORMAT, Asked, Kind, Pack, Values, demand_fitting
from contacts.evidence.rule_sets import rule_sets_of
from contacts.incidents.kept import incidents_of_customer, incidents_of_request
from contacts.requests.kept import (
    answer_values,
    answers_of_customer,
    request_as_kept,
    request_values,
    requests_of_customer,
)
from contacts.requests.replaying import Replayer

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint, Customer, InboundContact, Objection
    from portal.audit.models import AuditEntry


def customer_pack(asked: Asked, customer: Customer) -> Pack:
    """Everything on record about one person. Raises ValidationError where it is more than one pack takes."""
    replayer, sheets = Replayer(at=asked.at), sheets_of(customer, at=asked.at)
    requests = requests_of_customer(asked.reader, customer.pk, asked.most)
    answers = answers_of_customer(asked.reader, customer.pk, asked.most)
    demand_fitting(max(len(requests), len(answers)), asked.most)
    told = [request_values(one, asked.reader, replayer) for one in requests]
    given = [answer_values(one, replayer) for one in answers]
    files = enclosed(sheets)
    values = {
        "person": person_values(customer),
        "addresses": addresses_of(customer),
        "contacts_by_the_customer": [_inbound(one) for one in customer.inbound_contacts.order_by("at", "pk")],
        "objections": objections_of(customer),
        "consents": [sheet_values(sheet) for sheet in sheets],
        "wordings": wordings_of(sheets),
        "files": files.values,
        "requests": told,
        "answers_to_systems": given,
        "incidents": incidents_of_customer(asked.reader, customer.pk),
        "rule_sets": rule_sets_of([*(one for asked_for in told for one in asked_for["decisions"]), *given]),
    }
    entries = trail.about_customer(asked, customer.pk, values)
    made = packed(asked, Kind.CUSTOMER, customer.number, values, entries, customer.pk)
    return replace(made, sheets=tuple(sheets), files=files.content)


def request_pack(asked: Asked, key: int) -> Pack:
    """The life of one request from its draft to its outcomes."""
    row = request_as_kept(asked.reader, key)
    told = request_values(row, asked.reader, Replayer(at=asked.at))
    incidents = incidents_of_request(asked.reader, key)
    things = [("request", row.number), *(("incident", one["number"]) for one in incidents)]
    if told["permit"] is not None:
        things.append(("permit", told["permit"]["number"]))
    values = {"request": told, "incidents": incidents, "rule_sets": rule_sets_of(told["decisions"])}
    entries = trail.about_things(asked, row.customer_id, things, values)
    return packed(asked, Kind.REQUEST, row.number, values, entries, row.customer_id)


def period_pack(asked: Asked, first: date, last: date) -> Pack:
    """What was recorded over some days: how much of what, the entries, and the heads signed then."""
    entries, heads = trail.in_period(asked, first, last), trail.heads_in_period(first, last)
    counts = sorted(Counter(entry.verb for entry in entries).items())
    values = {
        "period": {"from": first, "to": last, "zone": settings.TIME_ZONE},
        "counts": [{"verb": verb, "entries": number} for verb, number in counts],
        "heads": [trail.head_values(head) for head in heads],
    }
    return replace(packed(asked, Kind.PERIOD, f"{first}/{last}", values, entries), heads=heads)


def packed(
    asked: Asked,
    kind: Kind,
    reference: str,
    values: Values,
    entries: tuple[AuditEntry, ...],
    customer_id: int | None = None,
) -> Pack:
    """The pack with its head: what every one of them says."""
    head = {
        "format": FORMAT,
        "kind": kind.value,
        "reference": reference,
        "made_at": asked.at,
        "made_for": str(asked.reader),
        "company": settings.COMPANY_NAME,
    }
    told = {**head, **values, "trail": [trail.entry_values(entry) for entry in entries]}
    return Pack(kind, reference, asked.at, told, entries, customer_id)


def person_values(customer: Customer) -> Values:
    """Who it is as of today; after an erasure a number without a person."""
    names = ("number", "kind", "relationship", "salutation", "first_name", "last_name", "company", "birth_date")
    more = ("parental_consent", "last_transaction_on", "robinson_listed", "language", "timezone", "created_at")
    return {name: getattr(customer, name) for name in (*names, *more, "anonymised_at")}


def addresses_of(customer: Customer) -> list[Values]:
    """Every address that was ever on record, with its source, and what stands against it on the lists."""
    points = list(customer.contact_points.select_related("collected_by", "verified_by"))
    # What remains of an erased person's addresses finds nothing: their hashes are no longer tied to anybody.
    refused = standing_of(points, customer) if customer.anonymised_at is None and points else {}
    return [_address(point, refused.get(point.pk, frozenset())) for point in points]


def _address(point: ContactPoint, refused: frozenset[tuple[str, Any]]) -> Values:
    names = ("channel", "platform", "value", "label", "source", "source_note", "collected_on", "verified_at")
    more = ("address_from_sale", "notice_at_collection", "retired_at")
    return {
        "key": point.pk,
        **{name: getattr(point, name) for name in (*names, *more)},
        "collected_by": str(point.collected_by or ""),
        "verified_by": str(point.verified_by or ""),
        "suppressed": [{"as": word, "since": since} for word, since in sorted(refused)],
    }


def objections_of(customer: Customer) -> list[Values]:
    rows = customer.objections.select_related("recorded_by").order_by("received_at", "pk")
    return [_objection(one) for one in rows]


def _objection(said: Objection) -> Values:
    by = str(said.recorded_by) if said.recorded_by is not None else said.job
    names = ("scope", "channel", "received_at", "how", "note")
    return {**{name: getattr(said, name) for name in names}, "recorded_by": by}


def _inbound(one: InboundContact) -> Values:
    return {name: getattr(one, name) for name in ("channel", "platform", "at", "note")}

"""What this room tells a customer of the data that are held (Art. 15 GDPR)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from contacts.customers.models import ImportRun, InboundContact, Objection, Restriction
from contacts.customers.services import EDITABLE
from contacts.customers.suppression.digests import all_digests
from contacts.customers.suppression.models import SuppressionEntry
from contacts.customers.suppression.words import reason_word, scope_word
from portal.subjects import Asked, Contributor, Section, item, record_of

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.subjects import Record

POINT = (
    "channel",
    "platform",
    "value",
    "label",
    "source",
    "source_note",
    "collected_on",
    "verified_at",
    "address_from_sale",
    "notice_at_collection",
    "retired_at",
)


def gather(asked: Asked) -> Iterator[Section]:
    customer: Customer = asked.customer
    yield _master(customer)
    yield _addresses(customer)
    yield _inbound(customer)
    yield _objections(customer)
    yield _restrictions(customer)
    yield _suppression(customer)
    yield _imports(customer)


def _master(customer: Customer) -> Section:
    return Section(
        "customer",
        _("Who you are to us"),
        _("To know with whom we have to do, and to work out what we may contact you for."),
        _("As long as you are on our books, or until they are erased."),
        [record_of(customer, "number", *EDITABLE, ("created_at", _("On record since")))],
        provided=True,
    )


def _addresses(customer: Customer) -> Section:
    return Section(
        "addresses",
        _("How you can be reached, and where we have it from"),
        _("To reach you, and to be able to say where an address comes from."),
        _("As long as you are on our books, or until they are erased."),
        [record_of(point, *POINT) for point in customer.contact_points.all()],
        provided=True,
    )


def _inbound(customer: Customer) -> Section:
    rows = InboundContact.objects.filter(customer=customer)
    return Section(
        "inbound",
        _("When you got in touch with us"),
        _("To answer you on the way that you chose."),
        _("As long as you are on our books, or until they are erased."),
        [record_of(row, "channel", "platform", "at", "note") for row in rows],
        provided=True,
    )


def _objections(customer: Customer) -> Section:
    rows = Objection.objects.filter(customer=customer)
    return Section(
        "objections",
        _("What you refused"),
        _("So that we keep to it (Art. 21 GDPR)."),
        _("Without an end: a refusal does not expire. Words about it go with an erasure."),
        [record_of(row, "scope", "channel", "received_at", "how", "note") for row in rows],
        provided=True,
    )


def _restrictions(customer: Customer) -> Section:
    rows = Restriction.objects.filter(customer=customer)
    return Section(
        "restrictions",
        _("When the processing of your data was restricted"),
        _("So that we keep to it (Art. 18 GDPR)."),
        _("As long as you are on our books, or until they are erased."),
        [record_of(row, "since", "reason", "until", "lift_reason") for row in rows],
    )


def _suppression(customer: Customer) -> Section:
    """The list knows hashes; which of them are this person's is worked out from the addresses."""
    digests = {one for point in customer.contact_points.all() for one in all_digests(point, customer)}
    rows = SuppressionEntry.objects.filter(digest__in=digests, twin=0).order_by("pk")
    return Section(
        "suppression",
        _("Entries of yours on our suppression list"),
        _("So that nobody contacts an address that was refused, also after an erasure and a new import."),
        _("Without an end, as keyed hashes that name nobody (Art. 21(3), 17(3) GDPR)."),
        [_entry(row) for row in rows],
    )


def _entry(row: SuppressionEntry) -> Record:
    return [
        item("scope", _("what is refused"), row.scope, str(scope_word(row.scope))),
        item("reason", _("Why"), row.reason, str(reason_word(row.reason))),
        item("since", _("since"), row.created_at),
    ]


def _imports(customer: Customer) -> Section:
    """Which lists changed something here; the list itself goes a day after its end."""
    runs = ImportRun.objects.filter(changes__customer_id=customer.pk).distinct()
    return Section(
        "imports",
        _("Lists that changed your data"),
        _("To undo a list that was wrong."),
        _("A day after the import has ended."),
        [record_of(run, ("original_name", _("File")), ("finished_at", _("Imported"))) for run in runs],
    )


SUBJECT_DATA = Contributor(
    models=(
        "customers.Customer",
        "customers.ContactPoint",
        "customers.InboundContact",
        "customers.Objection",
        "customers.Restriction",
        "customers.ImportChange",
    ),
    gather=gather,
)

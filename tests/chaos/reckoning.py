"""The reckoning: what the portal acknowledged against what the database holds, and what must hold whatever happened."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage

from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Q
from django.utils import timezone

from consent.models import Consent, ConsentEvent
from contacts.customers.models import Customer, ImportRun
from contacts.requests.models import Contact, ContactRequest, Permit, PermitUse
from contacts.requests.numbers import request_key
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.chaos.calling import Ledger
from tests.chaos.stories import REMINDED

#: States that a request has after it was handed in, and what each needs beside it.
HANDED_IN = ("with_manager", "with_dpo", "granted", "refused")


def faults(ledger: Ledger, taken: list[EmailMessage]) -> list[str]:
    """Everything that is not as it must be, in sentences; empty after a good run."""
    checks = (_strange, _nothing_lost, _nothing_half, _covered, _reminded, _mails, _erased, _trail)
    return [f"{check.__name__[1:]}: {words}" for check in checks for words in check(ledger, taken)]


def _strange(ledger: Ledger, _taken: object) -> Iterator[str]:
    yield from ledger.strange


def _nothing_lost(ledger: Ledger, _taken: object) -> Iterator[str]:
    """Each write that was acknowledged is there, once."""
    customers = Counter(Customer.objects.values_list("number", flat=True))
    expected = [*ledger.of("customer"), *(number for numbers in ledger.of("import") for number in numbers)]
    yield from (f"customer {number}: {customers[number]} rows" for number in expected if customers[number] != 1)
    requests = dict(ContactRequest.objects.values_list("pk", "state"))
    for number in ledger.of("request"):
        if request_key(number) not in requests:
            yield f"request {number} is gone"
    for number in ledger.of("submission"):
        if requests.get(request_key(number)) == "draft":
            yield f"request {number} was handed in and is a draft"
    for number in ledger.of("approval"):
        permits = Permit.objects.filter(request=request_key(number)).count()
        if permits != 1:
            yield f"request {number} was approved and has {permits} permits"
    uses = Counter((use.permit.number, use.use_number) for use in PermitUse.objects.select_related("permit"))
    yield from (f"use {use}: {uses[use]} rows" for use in ledger.of("use") if uses[use] != 1)
    outcomes = Counter(
        (contact.use.permit.number, contact.use.use_number) for contact in Contact.objects.select_related("use__permit")
    )
    yield from (f"outcome {use}: {outcomes[use]} rows" for use in ledger.of("outcome") if outcomes[use] != 1)
    consents = Counter(Consent.objects.values_list("customer__number", flat=True))
    yield from (f"consent of {one}: {consents[one]} rows" for one in ledger.of("consent") if consents[one] != 1)
    ended = set(Consent.objects.filter(withdrawn_at__isnull=False).values_list("customer__number", flat=True))
    yield from (f"withdrawal of {one} is gone" for one in ledger.of("withdrawal") if one not in ended)
    waiting = ImportRun.objects.exclude(state__in=["done", "checked", "mapping"]).values_list("pk", "state")
    yield from (f"import {key} is {state}" for key, state in waiting)


def _nothing_half(_ledger: Ledger, _taken: object) -> Iterator[str]:
    """What belongs into one transaction is there wholly or not at all."""
    handed_in = ContactRequest.objects.filter(state__in=HANDED_IN).annotate(
        frozen=Count("snapshots", distinct=True), permits=Count("permit", distinct=True)
    )
    for one in handed_in:
        if one.frozen == 0:
            yield f"request {one.pk} is {one.state} without a snapshot"
        if (one.state == "granted") != (one.permits == 1):
            yield f"request {one.pk} is {one.state} with {one.permits} permits"
    entries = Counter(AuditEntry.objects.values_list("verb", "subject_id"))
    for number in (permit.number for permit in Permit.objects.all()):
        if entries["permit.granted", number] != 1:
            yield f"permit {number}: {entries['permit.granted', number]} entries in the trail"
    for verb in ("customer.created", "request.submitted"):
        doubles = AuditEntry.objects.filter(verb=verb).values("subject_id").annotate(n=Count("pk")).filter(n__gt=1)
        yield from (f"{verb} of {one['subject_id']}: {one['n']} entries" for one in doubles)
    without = PermitUse.objects.count() - AuditEntry.objects.filter(verb="permit.used").count()
    if without:
        yield f"{without} more uses than entries about uses"


def _covered(_ledger: Ledger, _taken: object) -> Iterator[str]:
    """At every second: no permit that rests on a consent began or was used outside of it, and none outlives it."""
    resting = Permit.objects.filter(rests_on_consent=True).select_related("request__customer")
    for permit in resting:
        own = Consent.objects.filter(customer=permit.request.customer, purpose=permit.request.purpose)
        spans = [(one.given_at, one.withdrawn_at) for one in own.exclude(given_at=None)]
        moments = [permit.valid_from, *permit.uses.values_list("at", flat=True)]
        for at in moments:
            # At the very instant of the withdrawal: it is dated no earlier than the use before it (moment).
            if not any(begin <= at and (end is None or at <= end) for begin, end in spans):
                yield f"permit {permit.number} was granted or used at {at} without a consent: {spans}"
        if permit.state == "active" and all(end is not None for _begin, end in spans):
            yield f"permit {permit.number} is active after the withdrawal"
    late = ConsentEvent.objects.filter(kind="used", consent__withdrawn_at__lt=F("at")).count()
    if late:
        yield f"{late} uses stand in the ledger after the withdrawal"


def _reminded(_ledger: Ledger, _taken: object) -> Iterator[str]:
    rows = Counter(OutboxMessage.objects.filter(topic="certificate_due").values_list("recipient__email", flat=True))
    expected = {f"p{number}@firma.example" for number in range(REMINDED)}
    yield from (f"{one}: {rows[one]} reminders" for one in sorted(expected | set(rows)) if rows[one] != 1)


def _mails(_ledger: Ledger, taken: list[EmailMessage]) -> Iterator[str]:
    """Each mail that went out is one row's, each row's mail has one Message-ID, and nothing waits any more."""
    now = timezone.now()
    left = OutboxMessage.objects.filter(done_at__isnull=True, due_at__lte=now).filter(Q(urgent=True))
    yield from (f"{row} still waits after {row.attempts} tries: {row.last_error}" for row in left)
    sent = OutboxMessage.objects.filter(kind="mail", done_at__isnull=False, last_error="")
    ids = {str(mail["Message-ID"]) for mail in taken}
    rows = sent.filter(urgent=True).count()
    if len(ids) != rows:
        yield f"{rows} rows were sent, under {len(ids)} Message-IDs"


def _erased(ledger: Ledger, _taken: object) -> Iterator[str]:
    for number in ledger.of("erasure"):
        one = Customer.objects.get(number=number)
        left = [one.first_name, one.last_name, *one.contact_points.values_list("value", flat=True)]
        if one.anonymised_at is None or any(left):
            yield f"customer {number} was erased and is still there"


def _trail(_ledger: Ledger, _taken: object) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%%no_truncate' AND tgenabled <> 'A'")
        if cursor.fetchone()[0]:
            yield "a guard of a ledger is switched off"
    told = io.StringIO()
    try:
        call_command("audit_anchor", stdout=told)
        call_command("audit_verify", stdout=told)
    except CommandError as error:
        yield f"the trail does not verify: {error}"

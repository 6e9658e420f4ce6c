"""Taking consent back, and objecting: by anybody in the company, by the customer, through another system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consent import rules
from consent.models import Consent, ConsentEvent
from consent.services.common import WITHDRAWERS, is_on_record, truncated
from consent.services.ledger import NO_TRACE, Trace, append
from consent.services.refusing import reached
from contacts.customers.models import Objection
from contacts.customers.selectors import lock_customer, moment
from contacts.customers.services import record_objection
from portal.access.roles import require_role
from portal.audit.services import Job

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User

CUSTOMER_PAGE = Job("customer.preferences")
How = ConsentEvent.How


@transaction.atomic
def withdraw_consent(
    acting_user: User | Job,
    *,
    consent: Consent,
    how: str,
    at: datetime,
    note: str = "",
    trace: Trace = NO_TRACE,
    origin: str = "",
) -> Consent:
    """The customer takes the consent back: it counts from this commit on (Art. 7(3) GDPR), and so for every purpose
    below it on the same way of contact. For advertising as a whole it is an objection on that way too, as when the
    customer says it on the own page: some of it rests on no consent.

    A second withdrawal changes nothing and raises ValidationError, so that the page can say so.
    """
    if not isinstance(acting_user, Job):
        require_role(acting_user, *WITHDRAWERS)
    customer = lock_customer(consent.customer_id)
    rows = standing(customer, consent.purpose, consent.channel, consent.platform)
    mine = next((row for row in rows if row.pk == consent.pk), None)
    if mine is None:
        raise ValidationError(_("This consent has already been withdrawn. Nothing was changed."))
    for row in rows:
        withdraw(acting_user, row, how=how, note=note, trace=trace, at=at, origin=origin if row is mine else "")
    _object_too(acting_user, customer, mine, ended=len(rows), how=_told_how(how), note=note, at=at)
    return mine


def standing(customer: Customer, purpose: str, channel: str, platform: str) -> list[Consent]:
    """The consents that a withdrawal of this purpose reaches: itself and those below, not withdrawn yet."""
    reached = {purpose, *rules.below(purpose)}
    found = Consent.objects.filter(
        customer=customer, channel=channel, platform=platform, purpose__in=reached, withdrawn_at__isnull=True
    )
    rows = list(found.order_by("pk"))
    for row in rows:
        row.customer = customer
    return rows


def _told_how(how: str) -> str:
    """How an objection was told, where a withdrawal knows more ways: paper and a form are in writing."""
    return how if how in Objection.How.values else Objection.How.WRITTEN


def withdraw(
    actor: User | Job, consent: Consent, *, how: str, note: str, trace: Trace, at: datetime, origin: str = ""
) -> None:
    """The caller holds the customer's lock, and `consent.customer` is the locked row: a use that it tells of
    came first, also where another server made it, whose clock is ahead."""
    at = moment(consent.customer, at)
    event = ConsentEvent(
        kind=rules.EventKind.WITHDRAWN,
        at=at,
        how=how,
        evidence=note,
        ip=trace.ip,
        user_agent=truncated(trace.user_agent),
        origin=origin,
    )
    append(actor, consent, event, at)


@transaction.atomic
def withdraw_by_customer(
    customer: Customer, *, purpose: str, channel: str, at: datetime, platform: str = "", trace: Trace = NO_TRACE
) -> int:
    """The customer switches a purpose off on their own page; returns how many consents ended.

    Advertising that needs no consent (letters, existing customers) ends too: switching it off is an objection to
    advertising over this way (Art. 21(2) GDPR).
    """
    locked = lock_customer(customer.pk)
    about = Consent(customer=locked, purpose=purpose, channel=channel, platform=platform)
    rows = standing(locked, purpose, channel, platform)
    for row in rows:
        withdraw(CUSTOMER_PAGE, row, how=How.PREFERENCES, note="", trace=trace, at=at)
    _object_too(CUSTOMER_PAGE, locked, about, ended=len(rows), how="preferences", at=at)
    return len(rows)


@transaction.atomic
def object_by_customer(customer: Customer, *, scope: str, at: datetime, trace: Trace = NO_TRACE) -> None:
    """“No advertising” or “no contact at all” on the customer's own page: every consent that the refusal covers is
    withdrawn in the same commit."""
    locked = lock_customer(customer.pk)
    for row in reached(locked, scope, ""):
        withdraw(CUSTOMER_PAGE, row, how=How.PREFERENCES, note="", trace=trace, at=at)
    object_once(CUSTOMER_PAGE, locked, scope, "", "preferences", at)


@transaction.atomic
def withdraw_by_machine(
    actor: Job,
    customers: Sequence[Customer],
    *,
    purpose: str,
    channel: str,
    at: datetime,
    platform: str = "",
    note: str = "",
    origin: str = "",
) -> int:
    """Another system passes on that these customers (mostly one; several share some addresses) take a purpose back
    on one way of contact, and so what lies below it; returns how many consents ended.

    For advertising it is an objection on that way too, as on the customer's own page: it may rest on no consent.
    `origin` stands at the first event, because it exists once; where it is taken, a stop is not lost for a number.
    """
    ended = 0
    origin = "" if is_on_record(origin) else origin
    for customer in sorted(customers, key=lambda customer: customer.pk):
        locked = lock_customer(customer.pk)
        about = Consent(customer=locked, purpose=purpose, channel=channel, platform=platform)
        rows = standing(locked, purpose, channel, platform)
        for row in rows:
            withdraw(actor, row, how=How.API, note=note, trace=NO_TRACE, at=at, origin="" if ended else origin)
            ended += 1
        _object_too(actor, locked, about, ended=len(rows), how="api", note=note, at=at)
    return ended


@transaction.atomic
def object_by_machine(
    actor: Job, customers: Sequence[Customer], *, scope: str, at: datetime, channel: str = "", note: str = ""
) -> int:
    """Another system passes on an objection; the consents that it covers are withdrawn in the same commit. Returns
    how many."""
    ended = 0
    for customer in sorted(customers, key=lambda customer: customer.pk):
        locked = lock_customer(customer.pk)
        ended += len(reached(locked, scope, channel))
        record_objection(actor, customer=locked, scope=scope, channel=channel, how="api", note=note, at=at)
    return ended


def _object_too(
    actor: User | Job, customer: Customer, about: Consent, *, ended: int, how: str, at: datetime, note: str = ""
) -> None:
    """Whoever takes advertising back objects to it on this way of contact, where no withdrawal says so: for advertising
    as a whole, because some of it rests on no consent (letters, § 7(3) UWG), and for any other advertising of which
    there was no consent to withdraw."""
    nothing_left = about.purpose in rules.ADVERTISING and not ended and not _is_withdrawn(about)
    if about.purpose == "marketing" or nothing_left:
        object_once(actor, customer, "marketing_objection", about.channel, how, at, note=note)


def _is_withdrawn(about: Consent) -> bool:
    """Whether the ledger says already that this was taken back."""
    same = {"purpose": about.purpose, "channel": about.channel, "platform": about.platform}
    return Consent.objects.filter(customer=about.customer, withdrawn_at__isnull=False, **same).exists()


def object_once(
    actor: User | Job, customer: Customer, scope: str, channel: str, how: str, at: datetime, *, note: str = ""
) -> None:
    """Once: pressing the button again adds nothing."""
    at = moment(customer, at)
    said = customer.objections.filter(scope=scope, channel__in=["", channel], received_at__lte=at)
    agreed_since = Consent.objects.filter(
        customer=customer, given_at__gt=said.order_by("-received_at").values("received_at")[:1]
    )
    if not said.exists() or agreed_since.exists():
        record_objection(actor, customer=customer, scope=scope, channel=channel, how=how, note=note, at=at)

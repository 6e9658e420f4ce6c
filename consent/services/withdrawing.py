"""Taking consent back, and objecting: by anybody in the company, by the customer, by a mail program's button."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consent import rules
from consent.models import Consent, ConsentEvent, PreferenceLink
from consent.services.common import WITHDRAWERS, truncated
from consent.services.ledger import NO_TRACE, Trace, append
from contacts.customers.selectors import lock_customer, moment
from contacts.customers.services import record_objection
from portal.access.roles import require_role
from portal.audit.services import Job

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User

CUSTOMER_PAGE = Job("customer.preferences")
ONE_CLICK = Job("customer.one_click")
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
    below it on the same way of contact.

    A second withdrawal changes nothing and raises ValidationError, so that the page can say so.
    """
    if not isinstance(acting_user, Job):
        require_role(acting_user, *WITHDRAWERS)
    customer = lock_customer(consent.customer_id)
    rows = _standing(customer, consent.purpose, consent.channel, consent.platform)
    mine = next((row for row in rows if row.pk == consent.pk), None)
    if mine is None:
        raise ValidationError(_("This consent has already been withdrawn. Nothing was changed."))
    for row in rows:
        _withdraw(acting_user, row, how=how, note=note, trace=trace, at=at, origin=origin if row is mine else "")
    return mine


def _standing(customer: Customer, purpose: str, channel: str, platform: str) -> list[Consent]:
    """The consents that a withdrawal of this purpose reaches: itself and those below, not withdrawn yet."""
    reached = {purpose, *rules.below(purpose)}
    found = Consent.objects.filter(
        customer=customer, channel=channel, platform=platform, purpose__in=reached, withdrawn_at__isnull=True
    )
    rows = list(found.order_by("pk"))
    for row in rows:
        row.customer = customer
    return rows


def _withdraw(
    actor: User | Job, consent: Consent, *, how: str, note: str, trace: Trace, at: datetime, origin: str = ""
) -> None:
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
    rows = _standing(locked, purpose, channel, platform)
    for row in rows:
        _withdraw(CUSTOMER_PAGE, row, how=How.PREFERENCES, note="", trace=trace, at=at)
    if purpose == "marketing":
        _object(CUSTOMER_PAGE, locked, "marketing_objection", channel, "preferences", at)
    return len(rows)


@transaction.atomic
def object_by_customer(customer: Customer, *, scope: str, at: datetime, trace: Trace = NO_TRACE) -> None:
    """“No advertising” or “no contact at all” on the customer's own page: every consent that the refusal covers is
    withdrawn in the same commit."""
    locked = lock_customer(customer.pk)
    for row in _refused(locked, scope, ""):
        _withdraw(CUSTOMER_PAGE, row, how=How.PREFERENCES, note="", trace=trace, at=at)
    _object(CUSTOMER_PAGE, locked, scope, "", "preferences", at)


def _refused(customer: Customer, scope: str, channel: str) -> list[Consent]:
    """The standing consents that a refusal covers; without a channel, on every way of contact."""
    reached = Consent.objects.filter(customer=customer, withdrawn_at__isnull=True)
    if scope == "marketing_objection":
        reached = reached.filter(purpose__in=rules.ADVERTISING)
    rows = list((reached.filter(channel=channel) if channel else reached).order_by("pk"))
    for row in rows:
        row.customer = customer
    return rows


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
    `origin` stands at the first event, because it exists once.
    """
    ended = 0
    for customer in sorted(customers, key=lambda customer: customer.pk):
        locked = lock_customer(customer.pk)
        for row in _standing(locked, purpose, channel, platform):
            _withdraw(actor, row, how=How.API, note=note, trace=NO_TRACE, at=at, origin="" if ended else origin)
            ended += 1
        if purpose == "marketing":
            _object(actor, locked, "marketing_objection", channel, "api", at)
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
        for row in _refused(locked, scope, channel):
            _withdraw(actor, row, how=How.API, note=note, trace=NO_TRACE, at=at)
            ended += 1
        record_objection(actor, customer=locked, scope=scope, channel=channel, how="api", note=note, at=at)
    return ended


@transaction.atomic
def withdraw_by_link(link: PreferenceLink, *, at: datetime, trace: Trace = NO_TRACE) -> int:
    """The unsubscribe button of a mail program (RFC 8058): this purpose, by e-mail, and what lies below it.

    Returns how many consents ended. Where there was none, or where the link is about advertising as a whole, it is an
    objection too: whoever presses the button wants no more, not even what needs no consent (§ 7(3) UWG). Pressed
    again, also by a mail program that repeats itself, it adds nothing.
    """
    locked = lock_customer(link.customer_id)
    rows = _standing(locked, link.purpose, "email", "")
    for row in rows:
        _withdraw(ONE_CLICK, row, how=How.ONE_CLICK, note="", trace=trace, at=at)
    nothing_left = link.purpose in rules.ADVERTISING and not rows and not _ended_since(link, locked)
    if link.purpose == "marketing" or nothing_left:
        _object(ONE_CLICK, locked, "marketing_objection", "email", "one_click", at)
    return len(rows)


def is_unsubscribed(link: PreferenceLink) -> bool:
    """Whether nothing is left of what the link is about: no standing consent, and a refusal that is newer."""
    if _standing(link.customer, link.purpose, "email", ""):
        return False
    said = link.customer.objections.filter(channel__in=["", "email"], received_at__gte=link.created_at)
    return said.exists() or _ended_since(link, link.customer)


def _ended_since(link: PreferenceLink, customer: Customer) -> bool:
    """Whether what the link is about was taken back after it was made: then there is nothing left to refuse."""
    reached = {link.purpose, *rules.below(link.purpose)}
    ended = Consent.objects.filter(customer=customer, channel="email", platform="", purpose__in=reached)
    return ended.filter(withdrawn_at__gte=link.created_at).exists()


def _object(actor: Job, customer: Customer, scope: str, channel: str, how: str, at: datetime) -> None:
    """Once: pressing the button again adds nothing."""
    at = moment(customer, at)
    said = customer.objections.filter(scope=scope, channel__in=["", channel], received_at__lte=at)
    agreed_since = Consent.objects.filter(
        customer=customer, given_at__gt=said.order_by("-received_at").values("received_at")[:1]
    )
    if not said.exists() or agreed_since.exists():
        record_objection(actor, customer=customer, scope=scope, channel=channel, how=how, at=at)

"""Verbs of the consent ledger. `_append` is the one function that writes: event, resolved dates, audit, outbox."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consent import rules
from consent.models import Consent, ConsentEvent
from contacts.customers.selectors import lock_customer
from contacts.customers.services import tick
from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from portal.outbox import services as outbox
from portal.rows import one_by_one

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User

KEEPERS = (Role.CONSENT_OFFICER, Role.DPO)
WITHDRAWERS = (Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER, Role.DPO)
DEFAULT = rules.Thresholds()


@transaction.atomic
def give_consent(
    acting_user: User,
    *,
    customer: Customer,
    purpose: str,
    channel: str,
    how: str,
    evidence: str,
    given_at: datetime,
    at: datetime,
    platform: str = "",
    ends_on: date | None = None,
) -> Consent:
    """Record that the customer agreed at `given_at`. With evidence it can be proven (Art. 7(1) GDPR).

    Raises ValidationError for a time in the future or before the last event, and for an end in the past.
    """
    require_role(acting_user, *KEEPERS)
    if given_at > at:
        raise ValidationError({"given_at": _("The time lies in the future. Enter when the customer agreed.")})
    lock_customer(customer.pk)
    consent = _get_or_create(customer, purpose, channel, platform)
    event = ConsentEvent(
        kind=rules.EventKind.GIVEN,
        at=given_at,
        how=how,
        evidence=evidence.strip(),
        proof=bool(evidence.strip()),
        ends_on=ends_on,
    )
    return _append(acting_user, consent, event, at)


@transaction.atomic
def request_opt_in(
    acting_user: User, *, customer: Customer, purpose: str, channel: str, at: datetime, platform: str = ""
) -> Consent:
    """The customer's sign-up waits for its confirmation; until then there is no consent (BGH I ZR 164/09)."""
    require_role(acting_user, *KEEPERS)
    lock_customer(customer.pk)
    consent = _get_or_create(customer, purpose, channel, platform)
    event = ConsentEvent(kind=rules.EventKind.REQUESTED, at=at, how=ConsentEvent.How.WEB_FORM)
    return _append(acting_user, consent, event, at)


@transaction.atomic
def withdraw_consent(acting_user: User, *, consent: Consent, how: str, at: datetime, note: str = "") -> Consent:
    """The customer takes the consent back: it counts from this commit on (Art. 7(3) GDPR).

    A second withdrawal changes nothing and raises ValidationError, so that the page can say so.
    """
    require_role(acting_user, *WITHDRAWERS)
    lock_customer(consent.customer_id)
    consent.refresh_from_db()
    if consent.withdrawn_at is not None:
        raise ValidationError(_("This consent has already been withdrawn. Nothing was changed."))
    event = ConsentEvent(kind=rules.EventKind.WITHDRAWN, at=at, how=how, evidence=note)
    return _append(acting_user, consent, event, at)


@transaction.atomic
def record_use(acting_user: User | Job, *, consent: Consent, evidence: str, at: datetime) -> Consent:
    """A contact rested on this consent: the months of silence start again, and § 7a UWG wants the use on record."""
    lock_customer(consent.customer_id)
    consent.refresh_from_db()
    event = ConsentEvent(kind=rules.EventKind.USED, at=at, how=ConsentEvent.How.CONTACT, evidence=evidence)
    return _append(acting_user, consent, event, at)


def _get_or_create(customer: Customer, purpose: str, channel: str, platform: str) -> Consent:
    consent = Consent(customer=customer, purpose=purpose, channel=channel, platform=platform)
    consent.clean_fields()
    found = Consent.objects.filter(customer=customer, purpose=purpose, channel=channel, platform=platform).first()
    if found is None:
        consent.save(force_insert=True)
    return found or consent


def _append(actor: User | Job, consent: Consent, event: ConsentEvent, at: datetime) -> Consent:
    """Append one event and write the dates that all events add up to. The caller holds the customer's lock."""
    zone = ZoneInfo(consent.customer.timezone)
    _put_in_order(consent, event)
    before = rules.state_at(consent.dates, at, zone, DEFAULT)
    event.consent, event.recorded_at = consent, at
    event.recorded_by = None if isinstance(actor, Job) else actor
    event.local_date = event.at.astimezone(zone).date()
    event.full_clean(validate_unique=False)
    event.save(force_insert=True)
    tick(consent.customer, max(at, event.at))
    _write_dates(consent, at, zone)
    after = consent.recorded_state
    record(
        actor,
        f"consent.{event.kind}",
        "consent",
        consent.pk,
        at=at,
        customer_id=consent.customer_id,
        before={"state": before},
        after={"state": after, "purpose": consent.purpose, "channel": consent.channel, "event": event.pk},
    )
    _tell(consent, event, at)
    return consent


def _put_in_order(consent: Consent, event: ConsentEvent) -> None:
    """Entries are added, never slipped in. A withdrawal and a use are never refused for that: two clocks that differ
    are no reason to lose one."""
    last = consent.events.order_by("-at", "-pk").first()
    if last is None or event.at >= last.at:
        return
    if event.kind not in (rules.EventKind.WITHDRAWN, rules.EventKind.USED):
        raise ValidationError(
            _("There is a later entry for this consent. Check the date: entries are only added, never slipped in.")
        )
    event.at = last.at


def _write_dates(consent: Consent, at: datetime, zone: ZoneInfo) -> None:
    dates = resolved(consent)
    consent.requested_at, consent.given_at = dates.requested_at, dates.given_at
    consent.last_used_at, consent.ends_on = dates.last_used_at, dates.ends_on
    consent.withdrawn_at, consent.proof = dates.withdrawn_at, dates.proof
    consent.recorded_state = rules.state_at(dates, at, zone, DEFAULT)
    consent.next_change_at = next_change(dates, consent.recorded_state, zone)
    consent.save(
        update_fields=[
            "requested_at",
            "given_at",
            "last_used_at",
            "ends_on",
            "withdrawn_at",
            "proof",
            "recorded_state",
            "next_change_at",
        ]
    )


def resolved(consent: Consent) -> rules.ConsentDates:
    """The dates that the events add up to: what the row must say (what always holds, 5)."""
    return rules.resolve(
        rules.Event(kind=kind, at=at, proof=proof, ends_on=ends_on)
        for kind, at, proof, ends_on in consent.events.order_by("at", "pk").values_list(
            "kind", "at", "proof", "ends_on"
        )
    )


def next_change(dates: rules.ConsentDates, state: str, zone: ZoneInfo) -> datetime | None:
    """When time alone will change the state next; None where it will not."""
    if state == "active":
        return min(rules.stale_at(dates, zone, DEFAULT), rules.expires_at(dates, zone, DEFAULT))
    return rules.expires_at(dates, zone, DEFAULT) if state == "stale" else None


def _tell(consent: Consent, event: ConsentEvent, at: datetime) -> None:
    payload = {"customer_id": consent.customer_id, "because": f"consent {event.kind}"}
    if event.kind in (rules.EventKind.WITHDRAWN, rules.EventKind.EXPIRED, rules.EventKind.WENT_STALE):
        outbox.event("customer.grounds_changed", payload, at=at)


def record_passage(*, at: datetime, limit: int = 5000) -> int:
    """Record for consents whose time has come that they went stale or expired; returns how many.

    Answers do not wait for this: state is derived. One transaction per consent, so a kill loses nothing.
    """
    due = Consent.objects.filter(next_change_at__lte=at).order_by("next_change_at", "pk")
    return one_by_one(due.values_list("pk", flat=True)[:limit], partial(_record_one, at=at))


@transaction.atomic
def _record_one(consent_id: int, at: datetime) -> int:
    consent = Consent.objects.select_related("customer").get(pk=consent_id)
    lock_customer(consent.customer_id)
    consent.refresh_from_db()
    if consent.next_change_at is None or consent.next_change_at > at:
        return 0
    zone = ZoneInfo(consent.customer.timezone)
    state = rules.state_at(consent.dates, at, zone, DEFAULT)
    kind = rules.EventKind.WENT_STALE if state == "stale" else rules.EventKind.EXPIRED
    event = ConsentEvent(kind=kind, at=consent.next_change_at, how=ConsentEvent.How.CLOCK)
    _append(Job("consent.record_passage"), consent, event, at)
    return 1

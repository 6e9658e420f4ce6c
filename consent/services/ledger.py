"""`append`: the one function that writes a consent: event, resolved dates, audit entry and outbox, together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consent import rules
from consent.models import Consent, ConsentEvent
from consent.selectors import events_of, threshold_book
from contacts.customers.models import Customer
from contacts.customers.services import tick
from portal.audit.services import Job, demand_transaction, record
from portal.outbox import services as outbox
from portal.webhooks.models import EventType
from portal.webhooks.telling import tell

if TYPE_CHECKING:
    from portal.people.models import User

#: The columns that follow from the events, and nothing else writes them.
RESOLVED = (
    "text",
    "requested_at",
    "given_at",
    "given_how",
    "last_used_at",
    "ends_on",
    "ends_at",
    "withdrawn_at",
    "proof",
    "own_act_at",
    "contact_point",
    "keep_until",
    "recorded_state",
    "stale_at",
    "expires_at",
    "next_change_at",
)


@dataclass(frozen=True, slots=True)
class Trace:
    """Where an act on a web page came from: the truncated network address and the browser."""

    ip: str = ""
    user_agent: str = ""


NO_TRACE = Trace()


def open_consent(customer: Customer, purpose: str, channel: str, platform: str) -> Consent:
    """The consent's row, made if it is the first time. The caller holds the customer's lock."""
    consent = Consent(customer=customer, purpose=purpose, channel=channel, platform=platform)
    consent.clean_fields()
    found = Consent.objects.filter(customer=customer, purpose=purpose, channel=channel, platform=platform).first()
    if found is None:
        consent.save(force_insert=True)
        return consent
    found.customer = customer
    return found


def append(actor: User | Job, consent: Consent, event: ConsentEvent, at: datetime) -> Consent:
    """Append one event and write the dates that all events add up to. The caller holds the customer's lock.

    Raises ValidationError for an act that lies before the latest act on record: entries are added, never slipped in.
    A withdrawal and a use are never refused for that: two clocks that differ are no reason to lose one. A withdrawal
    counts from the latest act on then, a use stays where it was: it changes nothing that came after it.
    """
    demand_transaction()
    zone, book = consent.zone(), threshold_book()
    _put_in_order(consent, event)
    # Judged by a clock behind the last act, a withdrawal would not have happened yet, and the sweep would wait for it.
    now = max(at, event.at)
    before = rules.state_at(consent.dates, now, zone, book.at(consent.purpose, consent.channel, now))
    event.consent, event.recorded_at = consent, at
    event.recorded_by, event.job = (None, actor.name) if isinstance(actor, Job) else (actor, "")
    event.local_date = event.at.astimezone(zone).date()
    event.full_clean(validate_unique=False, validate_constraints=False)
    event.save(force_insert=True)
    write_dates(consent, resolved(consent), now, book)
    tick(consent.customer, now)
    record(
        actor,
        f"consent.{event.kind}",
        "consent",
        consent.pk,
        at=at,
        customer_id=consent.customer_id,
        before={"state": before},
        after={
            "state": consent.recorded_state,
            "purpose": consent.purpose,
            "channel": consent.channel,
            "event": event.pk,
        },
    )
    _tell(consent, event, before, at)
    return consent


def _put_in_order(consent: Consent, event: ConsentEvent) -> None:
    # What was taken out again is no act, nor is taking it out: an import that was undone can be done again.
    acts = consent.events.standing().exclude(kind__in=rules.folding.PASSAGE)
    last = acts.order_by("-at", "-pk").values_list("at", flat=True).first()
    if last is None or event.at >= last or event.kind == rules.EventKind.USED:
        return
    if event.kind != rules.EventKind.WITHDRAWN:
        raise ValidationError(
            _("There is a later entry for this consent. Check the date: entries are only added, never slipped in.")
        )
    event.at = last


def resolved(consent: Consent) -> rules.ConsentDates:
    """The dates that the events add up to: what the row must say (what always holds, 5)."""
    return rules.resolve(events_of(consent.events.order_by("at", "pk")))


def write_dates(consent: Consent, dates: rules.ConsentDates, at: datetime, book: rules.ThresholdBook) -> None:
    """Write the resolved columns of a row; the caller holds the customer's lock."""
    for name, value in resolved_columns(consent, dates, at, book).items():
        setattr(consent, name, value)
    consent.save(update_fields=RESOLVED)


def resolved_columns(
    consent: Consent, dates: rules.ConsentDates, at: datetime, book: rules.ThresholdBook
) -> dict[str, Any]:
    """The values of RESOLVED for these dates, with the thresholds in force at `at`."""
    zone = consent.zone()
    thresholds = book.at(consent.purpose, consent.channel, at)
    is_given = dates.given_at is not None
    return {
        "text_id": dates.text_id,
        "requested_at": dates.requested_at,
        "given_at": dates.given_at,
        "given_how": dates.how,
        "last_used_at": dates.last_used_at,
        "ends_on": dates.ends_on,
        "ends_at": rules.ends_at(dates, zone),
        "withdrawn_at": dates.withdrawn_at,
        "proof": dates.proof,
        "own_act_at": dates.own_act_at,
        "contact_point_id": dates.point_id,
        "keep_until": rules.keep_until(dates, zone, consumer_call=consent.is_consumer_call),
        "recorded_state": rules.state_at(dates, at, zone, thresholds),
        "stale_at": rules.stale_at(dates, zone, thresholds) if is_given else None,
        "expires_at": rules.expires_at(dates, zone, thresholds) if is_given else None,
        "next_change_at": rules.next_change(dates, at, zone, thresholds),
    }


#: From better to worse: only a change for the worse can take the ground away from a permit.
ORDER = ("active", "pending_doi", "none", "stale", "expired", "withdrawn")


def _tell(consent: Consent, event: ConsentEvent, before: str, at: datetime) -> None:
    """Whoever holds a permit that rested on the old state is told, through the event."""
    worse = ORDER.index(consent.recorded_state) > ORDER.index(before)
    if worse or event.kind in (rules.EventKind.WITHDRAWN, rules.EventKind.CORRECTED):
        payload = {"customer_id": consent.customer_id, "because": f"consent {event.kind}"}
        outbox.event("customer.grounds_changed", payload, at=at)
    if consent.recorded_state != before or event.kind != rules.EventKind.USED:
        _tell_others(consent, event, at)


def _tell_others(consent: Consent, event: ConsentEvent, at: datetime) -> None:
    data = {
        "customer": consent.customer.number,
        "customer_id": consent.customer_id,
        "consent": consent.pk,
        "purpose": consent.purpose,
        "channel": consent.channel,
        "platform": consent.platform or None,
        "state": consent.recorded_state,
        "because": event.kind,
    }
    tell(EventType.CONSENT_CHANGED, data, customer_id=consent.customer_id, at=at)

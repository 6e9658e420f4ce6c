"""What the verbs share: the lock order, and refusals in whole sentences."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from consent.selectors import passed_until
from contacts.customers.selectors import lock_customer, moment
from contacts.requests.models import ContactRequest, Permit
from contacts.requests.rules import Transition, Verb, is_too_late, transition
from contacts.requests.stricter import terms_of
from contacts.rulebook.selectors import rule_set_in_force
from portal.audit.services import Job, record
from portal.outbox import services as outbox
from training.selectors import CHANNELS_WITH_LICENCE, course_before_reviewing

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User


class NotNow(ValidationError):
    """The act was possible when the page was shown and no longer is: a friendly word, not a fault."""


class Stale(NotNow):
    """The page showed an older version than the one that is saved now: both are shown, and nothing is overwritten."""


def lock_request(request: ContactRequest, at: datetime) -> tuple[ContactRequest, datetime]:
    """The request as it is now, and when the act takes place: `at`, but not before what the locked row tells of.

    Customer row first, then the request row: one order everywhere, so no deadlocks.
    """
    customer = lock_customer(request.customer_id)
    locked = ContactRequest.objects.select_for_update(of=("self",))
    related = ("requester__manager", "requester__department", "customer", "contact_point", "account")
    return locked.select_related(*related).get(pk=request.pk), _moment(customer, at)


def lock_permit(permit: Permit, at: datetime) -> tuple[Permit, datetime]:
    """The permit as it is now, and when the act takes place (as `lock_request`)."""
    customer = lock_customer(permit.customer_id)
    locked = Permit.objects.select_for_update(of=("self",)).select_related(
        "holder__department",
        "customer",
        "request__requester__department",
        "request__customer",
        "request__contact_point",
        "request__account",
    )
    return locked.get(pk=permit.pk), _moment(customer, at)


def _moment(customer: Customer, at: datetime) -> datetime:
    """Never before what happened to this person, nor before the end of a consent that is on record already."""
    return max(moment(customer, at), passed_until(customer.pk) or at)


def demand_address(request: ContactRequest) -> None:
    """Nobody hands in or releases a contact over an address that was given up meanwhile."""
    if request.contact_point.retired_at is not None:
        raise NotNow(
            _("The address of %(number)s is no longer used. Ask again with another address.")
            % {"number": request.number}
        )


def demand_read(permit: Permit, *, conditions_read: bool) -> dict[str, bool]:
    """What reviewers demand in words binds only who has read it. Returns what the audit entry of the use says."""
    words = terms_of(permit.request).words
    if words and not conditions_read:
        raise NotNow(
            _("%(number)s has conditions. Read them and tick that you keep to them; nothing was used yet.")
            % {"number": permit.number}
        )
    return {"conditions_read": True} if words else {}


def demand(verb: Verb, request: ContactRequest) -> Transition:
    """The row of the transition table, or NotNow with a sentence that says what happened meanwhile."""
    row = transition(verb, request.state)
    if row is None:
        raise NotNow(_already(request))
    return row


def demand_in_time(request: ContactRequest, at: datetime) -> None:
    """Nobody decides about what has lapsed, also where the clock has not written it down yet."""
    if is_too_late(request.waiting_since or at, rule_set_in_force(at).thresholds.approval_valid_days, at):
        raise NotNow(
            _("%(number)s has lapsed: nobody decided in time, so it is not granted. The person may ask again.")
            % {"number": request.number}
        )


def demand_licence(reviewer: User, at: datetime) -> None:
    """Who decides has learnt how; the role stays, and counts again from the pass on."""
    course = course_before_reviewing(reviewer.pk, today=localdate(at))
    if course is not None and not course.offered:
        raise NotNow(
            _(
                "Deciding needs a valid certificate of the course “%(course)s”, which was withdrawn. Ask the training "
                "author when the next version comes; until then another person who holds it decides."
            )
            % {"course": course.title}
        )
    if course is not None:
        raise NotNow(
            _("Deciding needs a valid certificate of the course “%(course)s”. Take it under Training; nothing is lost.")
            % {"course": course.title}
        )


def _already(request: ContactRequest) -> str:
    review = request.reviews.filter(round=request.round).select_related("reviewer").order_by("-pk").first()
    if review is not None and request.state in ("granted", "refused", "with_dpo"):
        return _("%(person)s has already decided about %(number)s. Nothing was changed by your click.") % {
            "person": review.reviewer,
            "number": request.number,
        }
    return _("%(number)s has moved on in the meantime. Look at its present state; nothing was changed.") % {
        "number": request.number
    }


def note(actor: User | Job, verb: str, request: ContactRequest, before: str, *, at: datetime, **after: Any) -> None:
    """The one audit entry of a transition."""
    record(
        actor,
        f"request.{verb}",
        "request",
        request.number,
        at=at,
        customer_id=request.customer_id,
        before={"state": before},
        after={"state": request.state, "outcome": request.outcome, **after},
    )


def reason_ids(decision: Any) -> str:
    """A refusal by the rules names them; pages show their reasons in the reader's language."""
    return ", ".join(finding.rule.id for finding in decision.deciding)


def tell_wanted_channel(request: ContactRequest, *, at: datetime) -> None:
    """Whoever asks for a channel that needs a licence is offered its course; told once a person and channel."""
    channel = request.contact_point.channel
    if channel in CHANNELS_WITH_LICENCE:
        key = f"channel-wanted:{request.requester_id}:{channel}"
        outbox.event("channel.wanted", {"user_id": request.requester_id}, at=at, key=key)

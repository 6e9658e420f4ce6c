"""What the clock does: permits run out, requests lapse, people are reminded. One transaction per thing, so a
killed worker loses nothing and repeats nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from contacts.requests import notices, staging
from contacts.requests.models import ContactRequest, Permit, PermitUse
from contacts.requests.reviewers import desks
from contacts.requests.rules import LOG_WITHIN, WAITING, PermitState, State, Verb, is_too_late, transition
from contacts.requests.services.common import lock_permit, lock_request, note
from contacts.rulebook.selectors import rule_set_in_force
from portal.audit.services import Job, record
from portal.people.models import User
from portal.rows import one_by_one

END_PERMITS = Job("requests.end_permits")
LAPSE = Job("requests.lapse")
REMIND_REVIEW_AFTER = timedelta(days=1)
REMIND_PERMIT_BEFORE = timedelta(days=2)
#: For so many requests it is found out at once who decides.
AT_ONCE = 100


def end_permits(*, at: datetime) -> int:
    """Record that permits have run out; they were unusable from `valid_until` on."""
    due = Permit.objects.filter(state=PermitState.ACTIVE, valid_until__lte=at).order_by("pk")
    return one_by_one(due, lambda permit: _end(permit, at))


@transaction.atomic
def _end(permit: Permit, at: datetime) -> int:
    locked, at = lock_permit(permit, at)
    if locked.state != PermitState.ACTIVE or locked.valid_until > at:
        return 0
    locked.state = PermitState.EXPIRED
    locked.save(update_fields=["state"])
    record(
        END_PERMITS,
        "permit.expired",
        "permit",
        locked.number,
        at=at,
        customer_id=locked.customer_id,
        before={"state": PermitState.ACTIVE},
        after={"state": PermitState.EXPIRED},
    )
    return 1


def lapse_requests(*, at: datetime) -> int:
    """Nobody decided in time: lapsed, which is never granted."""
    limit = at - timedelta(days=rule_set_in_force(at).thresholds.approval_valid_days)
    due = ContactRequest.objects.filter(state__in=WAITING, waiting_since__lte=limit).order_by("pk")
    return one_by_one(due, lambda request: _lapse(request, at))


@transaction.atomic
def _lapse(request: ContactRequest, at: datetime) -> int:
    locked, at = lock_request(request, at)
    days = rule_set_in_force(at).thresholds.approval_valid_days
    if transition(Verb.LAPSE, locked.state) is None or not is_too_late(locked.waiting_since or at, days, at):
        return 0
    before, locked.state, locked.closed_at = locked.state, State.LAPSED, at
    locked.save(update_fields=["state", "closed_at"])
    staging.close_open(locked, at=at)
    note(LAPSE, "lapsed", locked, before, at=at)
    notices.lapsed(locked, at=at)
    return 1


def remind_reviews(*, at: datetime) -> int:
    """Remind reviewers once a day of requests that have waited for a day or longer; returns how many of these there
    was somebody to remind of."""
    waiting = ContactRequest.objects.filter(state__in=WAITING, waiting_since__lte=at - REMIND_REVIEW_AFTER)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    return sum(_remind_some(keys[start : start + AT_ONCE], at) for start in range(0, len(keys), AT_ONCE))


def _remind_some(keys: list[int], at: datetime) -> int:
    """Who decides is found out for many at once, and whoever was reminded today is left alone."""
    deciding = {key: desk.reviewers for key, desk in desks(at=at, requests=keys).items()}
    wanted = notices.not_reminded(deciding, at=at)
    rows = ContactRequest.objects.filter(pk__in=wanted).select_related("requester", "contact_point").order_by("pk")
    return one_by_one(rows, lambda request: _remind_review(request, wanted[request.pk], at))


@transaction.atomic
def _remind_review(request: ContactRequest, reviewers: list[User], at: datetime) -> int:
    notices.review_reminder(request, reviewers, at=at)
    return 1


def remind_permits(*, at: datetime) -> int:
    """Tell holders once of unused permits that end within two days."""
    ending = Permit.objects.filter(
        state=PermitState.ACTIVE, valid_until__gt=at, valid_until__lte=at + REMIND_PERMIT_BEFORE
    )
    rows = ending.select_related("holder", "request").order_by("pk")
    return one_by_one(rows, lambda permit: _remind_permit(permit, at))


@transaction.atomic
def _remind_permit(permit: Permit, at: datetime) -> int:
    notices.permit_ending(permit, at=at)
    return 1


def remind_uses(*, at: datetime) -> int:
    """Tell people once of contacts whose outcome they have not written down within a day; returns uses looked at."""
    open_uses = PermitUse.objects.filter(contact__isnull=True, at__lte=at - LOG_WITHIN, used_by__is_active=True)
    rows = open_uses.select_related("used_by", "permit__request__requester", "permit__customer").order_by("pk")
    return one_by_one(rows, lambda use: _remind_use(use, at))


@transaction.atomic
def _remind_use(use: PermitUse, at: datetime) -> int:
    notices.use_to_log(use, at=at)
    return 1

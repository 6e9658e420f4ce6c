"""What the clock does while a decision is awaited: remind before the time is over, then go one level up; and alarm the
officers when nobody has looked at an act in imminent danger. Who may decide after the time is derived on read; these
jobs tell people, each of them once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from contacts.requests import notices
from contacts.requests.models import AfterReview, ReviewStage
from contacts.requests.reviewers import desk_of
from contacts.requests.routing.clock import REMIND_BEFORE
from contacts.requests.routing.resolving import How
from contacts.requests.rules import WAITING
from contacts.requests.services.common import lock_request, note
from portal.audit.services import Job, record
from portal.rows import one_by_one

ESCALATE = Job("requests.escalate")
ALARM = Job("requests.alarm_danger")


def _open() -> QuerySet[ReviewStage]:
    return ReviewStage.objects.open().filter(request__state__in=WAITING)


def remind_due(*, at: datetime) -> int:
    """Tell reviewers a few hours before their time is over, once."""
    soon = _open().filter(due_at__gt=at, due_at__lte=at + REMIND_BEFORE)
    return one_by_one(soon.select_related("request").order_by("pk"), lambda stage: _remind(stage, at))


@transaction.atomic
def _remind(stage: ReviewStage, at: datetime) -> int:
    locked, at = lock_request(stage.request, at)
    desk = desk_of(locked, at=at)
    if desk is None or desk.row.pk != stage.pk:
        return 0
    notices.due_soon(locked, stage.pk, desk.reviewers, at=at)
    return 1


def escalate(*, at: datetime) -> int:
    """The time is over: the level above is told that it decides as well."""
    over = _open().filter(due_at__lte=at, escalated_at__isnull=True)
    return one_by_one(over.select_related("request").order_by("pk"), lambda stage: _escalate(stage, at))


@transaction.atomic
def _escalate(stage: ReviewStage, at: datetime) -> int:
    locked, at = lock_request(stage.request, at)
    desk = desk_of(locked, at=at)
    if desk is None or desk.row.pk != stage.pk or desk.row.escalated_at is not None:
        return 0
    desk.row.escalated_at = at
    desk.row.save(update_fields=["escalated_at"])
    above = [seat for seat in desk.stage.seats if seat.how == How.ESCALATED] or list(desk.stage.seats)
    told = desk.people.named(above)
    note(ESCALATE, "escalated", locked, locked.state, at=at, to=", ".join(map(str, told)))
    notices.escalated(locked, stage.pk, told, at=at)
    return 1


def alarm_danger(*, at: datetime) -> int:
    """Nobody has looked at an act in imminent danger by its time: the officers are told, once."""
    over = AfterReview.objects.filter(verdict="", due_at__lte=at, alarmed_at__isnull=True)
    return one_by_one(over.select_related("request").order_by("pk"), lambda row: _alarm(row, at))


@transaction.atomic
def _alarm(row: AfterReview, at: datetime) -> int:
    request, at = lock_request(row.request, at)
    related = ("permit__customer", "permit__request__requester", "permit__request__contact_point")
    locked = AfterReview.objects.select_for_update(of=("self",)).select_related(*related).get(pk=row.pk)
    if locked.verdict or locked.alarmed_at is not None:
        return 0
    locked.alarmed_at = at
    locked.save(update_fields=["alarmed_at"])
    after = {"due_at": locked.due_at, "permit": locked.permit.number}
    customer = request.customer_id
    record(ALARM, "danger.overdue", "request", request.number, at=at, customer_id=customer, after=after)
    notices.danger_overdue(locked, at=at)
    return 1

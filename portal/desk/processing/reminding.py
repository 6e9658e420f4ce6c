"""When a year has passed since somebody looked at an activity, the officers hear of it."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.access.roles import Role
from portal.desk.processing.models import ActivityVersion
from portal.desk.processing.rules import review_due
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from portal.rows import one_by_one


def remind_reviews(*, at: datetime) -> int:
    """One mail to each officer about all activities whose review is due, and another one only when a further activity
    has fallen due. Returns how many officers are told. What nobody has ever looked at is told by the start page alone:
    the record is new then."""
    due = due_at(at)
    if not due:
        return 0
    latest = max(due_on for _activity, due_on in due)
    officers = [one for one in User.objects.with_role(Role.DPO) if not _heard(_key(latest, one))]
    return one_by_one(officers, partial(_remind, latest=latest, count=len(due), at=at))


def due_at(at: datetime) -> list[tuple[str, date]]:
    """Each activity whose review is due, with the day on which it fell due. One query."""
    today = timezone.localdate(at)
    standing = [row for row in ActivityVersion.objects.newest() if not row.is_ended]
    days = ((row.activity, review_due(row.day)) for row in standing)
    return [(activity, day) for activity, day in days if day is not None and day <= today]


def still_due(payload: dict[str, Any], at: datetime) -> bool:
    """Whether a reminder written in the evening still holds in the morning."""
    return bool(due_at(at))


def _key(latest: date, officer: User) -> str:
    return f"processing.review:{latest.isoformat()}:{officer.pk}"


def _heard(key: str) -> bool:
    return OutboxMessage.objects.filter(key=key).exists()


@transaction.atomic
def _remind(officer: User, *, latest: date, count: int, at: datetime) -> int:
    key = _key(latest, officer)
    outbox.mail(to=officer, template="processing_due", context={"count": count}, at=at, key=key, urgent=False)
    return 1

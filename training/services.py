"""Verbs of the training room. In this version certificates are recorded by hand."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.outbox.models import OutboxMessage
from portal.rows import one_by_one
from training import notices, rules
from training.models import Certificate

if TYPE_CHECKING:
    from portal.people.models import User

RECORDERS = (Role.TRAINING_AUTHOR, Role.DPO)


@transaction.atomic
def record_certificate(
    acting_user: User, *, person: User, course: str, passed_on: date, valid_until: date, at: datetime
) -> Certificate:
    """Record a passed course. Nobody certifies themselves; a date in the future is refused."""
    require_role(acting_user, *RECORDERS)
    if acting_user.is_same_person_as(person):
        raise PermissionDenied(_("Nobody records a certificate for themselves. Ask a colleague."))
    if passed_on > at.date():
        raise ValidationError({"passed_on": _("The date lies in the future. Enter the day the course was passed.")})
    certificate = Certificate(
        number=_free_number(passed_on),
        person=person,
        course=course.strip(),
        passed_on=passed_on,
        valid_until=valid_until,
        recorded_by=acting_user,
        recorded_at=at,
    )
    certificate.full_clean()
    certificate.save(force_insert=True)
    after = {"person": person.pk, "course": course, "valid_until": valid_until}
    record(acting_user, "certificate.recorded", "certificate", certificate.number, at=at, after=after)
    return certificate


def _free_number(day: date) -> str:
    return f"Z-{day:%Y}-{secrets.randbelow(10**6):06d}"


def remind_certificates(*, at: datetime) -> int:
    """Put the reminders that are due into the outbox; returns how many mails.

    30, 14, 7 and 1 days before the end of a person's latest certificate, then once a week; the manager hears of the
    end once. Each mail has a key that exists once for ever, and each person a transaction: a killed run loses
    nothing and repeats nothing, and a failure keeps nobody else waiting. Only people who may sign in are reminded.
    """
    today = timezone.localdate(at)
    ending = [certificate for certificate in _latest(today) if _ends_soon(certificate, today)]
    wanted = {certificate: _keys(certificate, today) for certificate in ending}
    sent = _already_there(key for keys in wanted.values() for key in keys)
    missing = {certificate: keys - sent for certificate, keys in wanted.items() if keys - sent}
    return one_by_one(missing.items(), lambda item: _remind(*item, today, at))


def _latest(today: date) -> Iterable[Certificate]:
    """The certificate of each active person that lasts longest."""
    counted = Certificate.objects.filter(person__is_active=True, passed_on__lte=today)
    newest = counted.order_by("person_id", "-valid_until", "-pk").distinct("person_id")
    return newest.select_related("person__manager")


def _ends_soon(certificate: Certificate, today: date) -> bool:
    return certificate.valid_until <= today + timedelta(days=rules.DUE_DAYS_BEFORE)


def _keys(certificate: Certificate, today: date) -> set[str]:
    """The keys of the mails that should exist by now."""
    week = rules.weeks_overdue(certificate.valid_until, today)
    if week is None:
        step = rules.reminder_step(certificate.valid_until, today)
        return set() if step is None else {notices.due_key(certificate, step)}
    manager = certificate.person.manager
    told = {notices.team_key(certificate)} if manager is not None and manager.is_active else set()
    return {notices.overdue_key(certificate, week), *told}


def _already_there(keys: Iterable[str]) -> set[str]:
    return set(OutboxMessage.objects.filter(key__in=list(keys)).values_list("key", flat=True))


@transaction.atomic
def _remind(certificate: Certificate, missing: set[str], today: date, at: datetime) -> int:
    week = rules.weeks_overdue(certificate.valid_until, today)
    step = rules.reminder_step(certificate.valid_until, today)
    manager = certificate.person.manager
    if step is not None:
        notices.due(certificate, step, today=today, at=at)
    if week is not None and notices.overdue_key(certificate, week) in missing:
        notices.overdue(certificate, week, at=at)
    if manager is not None and notices.team_key(certificate) in missing:
        notices.team_overdue(certificate, manager, at=at)
    return len(missing)

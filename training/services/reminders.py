"""Reminders about certificates that end: once each, whatever crashes in between."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from portal.outbox.models import OutboxMessage
from training import notices, rules
from training.models import Certificate


def remind_certificates(*, at: datetime) -> int:
    """Put the reminders that are due into the outbox; returns how many mails.

    30, 14, 7 and 1 days before the end of a person's latest certificate, then once a week; the manager hears of the
    end once. Each mail has a key that exists once for ever, and each person a transaction: a killed run loses
    nothing and repeats nothing. Only people who may sign in are reminded.
    """
    today = timezone.localdate(at)
    ending = [certificate for certificate in _latest(today) if _ends_soon(certificate, today)]
    wanted = {certificate: _keys(certificate, today) for certificate in ending}
    sent = _already_there(key for keys in wanted.values() for key in keys)
    return sum(_remind(certificate, keys - sent, today, at) for certificate, keys in wanted.items() if keys - sent)


def _latest(today: date) -> Iterable[Certificate]:
    """Of each active person and each kind the certificate that lasts longest."""
    counted = Certificate.objects.filter(person__is_active=True, passed_on__lte=today)
    newest = counted.order_by("person_id", "kind", "-valid_until", "-pk").distinct("person_id", "kind")
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

"""Ending permits whose grounds are gone, after the event that took them away.

Bookkeeping: the permits were unusable from the event's own commit on; this only writes it down and tells their holders.
Each of these is idempotent.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from contacts.requests.deciding import answer, ended, keep, standing
from contacts.requests.models import CompanyAccount, DecisionRecord, Permit
from contacts.requests.rules import PermitState, permit_state
from contacts.requests.services.common import lock_permit
from contacts.requests.services.permits import end
from contacts.requests.validity import look_again
from portal.audit.services import Job
from portal.jobs import TimeIsUp
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from contacts.requests.models.permit import PermitQuerySet

logger = logging.getLogger(__name__)
RECHECK = Job("requests.recheck")
#: Permits that one event looks at. Their customers stay locked until it is done, and it must be done long before the
#: worker's soft time limit: some seconds.
AT_ONCE = 100


def recheck_customer(*, customer_id: int, because: str, at: datetime) -> int:
    """Returns how many were revoked, as all of these."""
    return _recheck_each(Permit.objects.active(at).filter(customer_id=customer_id), at)


def recheck_customers(*, customer_ids: list[int], because: str, at: datetime) -> int:
    """The same after an event about many customers at once."""
    return _recheck_each(Permit.objects.active(at).filter(customer_id__in=customer_ids), at)


def recheck_account(*, account_id: int, at: datetime) -> int:
    """The permits for this account, and those for personal profiles beside it: without an account of its own the
    company is not on the platform (ACC-02)."""
    platform = CompanyAccount.objects.get(pk=account_id).platform
    beside = Q(account__holder__isnull=False, account__platform=platform)
    return _recheck_each(Permit.objects.active(at).filter(Q(account_id=account_id) | beside), at)


def recheck_platform(*, platform: str, at: datetime) -> int:
    return _recheck_each(Permit.objects.active(at).filter(contact_point__platform=platform), at)


def recheck_person(*, user_id: int, at: datetime) -> int:
    return _recheck_each(Permit.objects.active(at).filter(holder_id=user_id), at)


def recheck_all(*, number: int, at: datetime) -> int:
    """Another rule set is in force: `number`."""
    return _recheck_each(Permit.objects.active(at), at)


def recheck_permits(*, permit_ids: list[int], at: datetime) -> int:
    """One part of what an event about very many permits was split into."""
    return _recheck_now(Permit.objects.active(at).filter(pk__in=permit_ids), at)


def recheck_permit(*, permit_id: int, at: datetime) -> int:
    return recheck(Permit.objects.get(pk=permit_id), at=at)


def _recheck_each(rows: PermitQuerySet, at: datetime) -> int:
    """All of them here, or, where they are many, in parts that are events of their own: each is its own transaction."""
    ids = list(rows.values_list("pk", flat=True))
    if len(ids) <= AT_ONCE:
        return _recheck_now(rows, at)
    parts = [{"permit_ids": ids[first : first + AT_ONCE]} for first in range(0, len(ids), AT_ONCE)]
    with transaction.atomic():
        outbox.events("permits.grounds_changed", parts, at=at)
    return 0


def _recheck_now(rows: PermitQuerySet, at: datetime) -> int:
    return sum(_recheck_or_later(permit, at) for permit in rows)


def _recheck_or_later(permit: Permit, at: datetime) -> int:
    """One permit that cannot be checked does not keep the others waiting: it gets an event of its own, tried again."""
    try:
        return recheck(permit, at=at)
    except TimeIsUp:
        raise  # not about this permit: going on would get the whole event killed
    except Exception:
        logger.exception("%s was left out", permit)
        with transaction.atomic():
            outbox.event("permit.grounds_changed", {"permit_id": permit.pk}, at=at)
        return 0


@transaction.atomic
def recheck(permit: Permit, *, at: datetime) -> int:
    """1 if the permit had to be revoked, else 0."""
    locked, at = lock_permit(permit, at)
    if permit_state(locked.state, locked.valid_until, at) != PermitState.ACTIVE:
        return 0
    given = answer(locked.request, at=at, now_not_planned=True)
    state = standing(given, locked)
    if state.usable or state.not_now:
        look_again(locked, given, at=at)
        return 0
    if not ended(locked):
        keep(locked.request, given, DecisionRecord.Stage.RECHECK, at=at)
    end(RECHECK, locked, state.because, at)
    return 1

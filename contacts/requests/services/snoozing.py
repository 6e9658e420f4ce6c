"""Snoozing: out of one's own sight for a while, and never beyond the time by which it must be decided.

A taste of one's own: it changes nothing about the request, so the trail does not keep it, and no lock is taken.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.requests.models import ContactRequest, ReviewStage, Snooze
from contacts.requests.reviewers import desk_of
from contacts.requests.services.common import NotNow

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def snooze(acting_user: User, *, request: ContactRequest, until: datetime, at: datetime) -> Snooze:
    """Put what waits for this person aside until a later instant.

    Raises PermissionDenied for who does not decide about it, NotNow where it was decided meanwhile, and ValidationError
    for a time that has passed or lies beyond the due time.
    """
    stage = _own_stage(acting_user, request, at)
    assert stage.due_at is not None
    if until <= at:
        raise ValidationError({"until": _("Choose a day after today.")})
    if until > stage.due_at:
        raise ValidationError(
            {"until": _("It must be decided before that day. Choose an earlier one, or decide it now.")}
        )
    values = {"until": until, "due_at": stage.due_at, "at": at}
    return Snooze.objects.update_or_create(person=acting_user, stage=stage, defaults=values)[0]


@transaction.atomic
def wake(acting_user: User, *, request: ContactRequest, at: datetime) -> None:
    """Take it up again; without a snooze nothing happens. Raises as `snooze`."""
    stage = _own_stage(acting_user, request, at)
    Snooze.objects.filter(person=acting_user, stage=stage).delete()


def _own_stage(user: User, request: ContactRequest, at: datetime) -> ReviewStage:
    desk = desk_of(request, at=at)
    if desk is None:
        raise NotNow(_("This request waits for nobody's decision any more. Nothing was changed."))
    if desk.seat_of(user) is None:
        raise PermissionDenied
    return desk.row

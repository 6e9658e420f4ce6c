"""More time for who needs it: no reason, and what runs is extended at once. It goes when the account is closed."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from portal.people.models import User
from portal.rows import one_by_one
from training.models import Attempt, TimeExtension
from training.rules import deadline
from training.services.quiz.starting import terms_of

FORGET = Job("training.forget_more_time")


@transaction.atomic
def give_more_time(acting_user: User, *, person: User, percent: int, at: datetime) -> TimeExtension:
    """From now on this person's time limits are longer by so many percent; 0 ends it. Nobody gives it to themselves.

    An attempt that runs gets the longer limit too; none is ever shortened, and what is over stays over.
    """
    require_role(acting_user, Role.TRAINING_AUTHOR)
    if acting_user.is_same_person_as(person):
        raise PermissionDenied(_("Nobody gives themselves more time. Ask a colleague."))
    made = TimeExtension(person=person, percent=percent, given_by=acting_user, given_at=at)
    made.full_clean()
    made.save(force_insert=True)
    running = Attempt.objects.open().filter(person=person, deadline_at__gt=at).select_related("version")
    for attempt in running.select_for_update(of=("self",)):
        longer = deadline(attempt.started_at, terms_of(attempt.version), more_percent=percent)
        if longer is not None and attempt.deadline_at is not None and longer > attempt.deadline_at:
            attempt.deadline_at = longer
            attempt.save(update_fields=["deadline_at"])
    record(acting_user, "more_time.given", "person", person.pk, at=at, after={"percent": percent})
    return made


def forget_more_time(*, at: datetime) -> int:
    """Delete what closed accounts were given; returns how many people that concerns."""
    gone = User.objects.filter(is_active=False, pk__in=TimeExtension.objects.values("person"))
    return one_by_one(gone.order_by("pk"), partial(_forget, at=at))


@transaction.atomic
def _forget(person: User, at: datetime) -> int:
    """The person's row is held: an account that is opened again at this moment keeps what it has."""
    locked = User.objects.select_for_update(no_key=True, of=("self",)).filter(pk=person.pk, is_active=False).first()
    if locked is None or not TimeExtension.objects.filter(person=locked).exists():
        return 0
    TimeExtension.objects.filter(person=locked).delete()
    record(FORGET, "more_time.forgotten", "person", locked.pk, at=at, after={"percent": None})
    return 1

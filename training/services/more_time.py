"""More time for who needs it: no diagnosis, a reason in a word, and what runs is extended at once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from training.models import Attempt, TimeExtension
from training.rules import deadline
from training.services.quiz.starting import terms_of

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def give_more_time(acting_user: User, *, person: User, percent: int, reason: str, at: datetime) -> TimeExtension:
    """From now on this person's time limits are longer by so many percent; 0 ends it. Nobody gives it to themselves.

    An attempt that runs gets the longer limit too; none is ever shortened, and what is over stays over.
    """
    require_role(acting_user, Role.TRAINING_AUTHOR)
    if acting_user.is_same_person_as(person):
        raise PermissionDenied(_("Nobody gives themselves more time. Ask a colleague."))
    made = TimeExtension(person=person, percent=percent, reason=reason.strip(), given_by=acting_user, given_at=at)
    made.full_clean()
    made.save(force_insert=True)
    running = Attempt.objects.open().filter(person=person, deadline_at__gt=at).select_related("version")
    for attempt in running.select_for_update(of=("self",)):
        longer = deadline(attempt.started_at, terms_of(attempt.version), more_percent=percent)
        if longer is not None and attempt.deadline_at is not None and longer > attempt.deadline_at:
            attempt.deadline_at = longer
            attempt.save(update_fields=["deadline_at"])
    # The reason may be about the person's health in spite of the hint, so the trail does not repeat it.
    record(acting_user, "more_time.given", "person", person.pk, at=at, after={"percent": percent})
    return made

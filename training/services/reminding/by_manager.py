"""A manager reminds somebody of the own team: the same mail as the clock sends, at most one a day."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.people.models import User
from training import notices
from training.models import Reminded
from training.services.reminding.items import items_due


@transaction.atomic
def remind_member(acting_user: User, *, person: User, at: datetime) -> int:
    """Tell a person of the own team what ends soon or is overdue; returns how many things that is.

    Never what followed an incident: of that managers hear nothing. Raises PermissionDenied for people whom somebody
    else leads, ValidationError where nothing is due, or where a reminder has gone out today.
    """
    require_role(acting_user, Role.MANAGER)
    # The person's row is the lock: of two presses the second finds the first.
    locked = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    if locked.manager_id != acting_user.pk or not locked.is_active:
        raise PermissionDenied
    today = timezone.localdate(at)
    items = [item for item in items_due(today, of=locked) if item.for_team]
    if not items:
        raise ValidationError(_("Nothing of %(name)s is due. No reminder was sent.") % {"name": locked})
    key = f"by_manager:{locked.pk}:{today.isoformat()}"
    _once_a_day(locked, key, at)
    overdue = items[0].day < today
    (notices.overdue if overdue else notices.due)(locked, items, [key], today=today, at=at)
    record(acting_user, "training.reminded", "person", locked.pk, at=at, after={"told": len(items)})
    return len(items)


def _once_a_day(person: User, key: str, at: datetime) -> None:
    if Reminded.objects.filter(key=key).exists():
        raise ValidationError(_("%(name)s has been reminded today. Try again tomorrow.") % {"name": person})
    Reminded.objects.create(key=key, person=person, at=at)

"""Seeing names: the officer asks with a reason, the works council or auditor agrees, and it is over after hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.retention.models import Unmasking

if TYPE_CHECKING:
    from portal.people.models import User

MOST_HOURS = 72
Scope = Unmasking.Scope


@transaction.atomic
def ask_unmasking(
    acting_user: User, *, scope: str, person: User | None, reason: str, hours: int, at: datetime
) -> Unmasking:
    """The officer asks; nothing is shown yet. Raises ValidationError without a reason, for more than three days, and
    where it is not said whose log is meant."""
    require_role(acting_user, Role.DPO)
    if not reason.strip():
        raise ValidationError({"reason": _("Give a concrete reason: without one nobody's names are shown.")})
    if not 1 <= hours <= MOST_HOURS:
        raise ValidationError({"hours": _("Choose from 1 to %(most)s hours.") % {"most": MOST_HOURS}})
    if (scope == Scope.LOG) != (person is not None):
        raise ValidationError({"person": _("Name the person whose log is meant, and nobody for the whole trail.")})
    made = Unmasking.objects.create(
        scope=scope, person=person, reason=reason.strip(), hours=hours, asked_by=acting_user, asked_at=at
    )
    told = {"shown": scope, "person": person.pk if person else None, "reason": made.reason, "hours": hours}
    record(acting_user, "unmasking.asked", "unmasking", made.pk, at=at, after=told)
    return made


@transaction.atomic
def agree_unmasking(acting_user: User, *, unmasking: Unmasking, at: datetime) -> Unmasking:
    """The works council or auditor agrees: from now on it is shown for the hours that were asked for.

    Raises PermissionDenied for who asked, by whatever account, and for whoever's own log it is.
    """
    locked = _waiting(acting_user, unmasking)
    locked.agreed_by, locked.agreed_at, locked.ends_at = acting_user, at, at + timedelta(hours=locked.hours)
    locked.save(update_fields=["agreed_by", "agreed_at", "ends_at"])
    record(acting_user, "unmasking.agreed", "unmasking", locked.pk, at=at, after={"ends_at": locked.ends_at})
    return locked


@transaction.atomic
def refuse_unmasking(acting_user: User, *, unmasking: Unmasking, at: datetime) -> Unmasking:
    """The works council or auditor says no. The officer may ask again with a better reason."""
    locked = _waiting(acting_user, unmasking)
    locked.refused_by, locked.refused_at = acting_user, at
    locked.save(update_fields=["refused_by", "refused_at"])
    record(acting_user, "unmasking.refused", "unmasking", locked.pk, at=at, after={"person": locked.person_id})
    return locked


@transaction.atomic
def end_unmasking(acting_user: User, *, unmasking: Unmasking, at: datetime) -> Unmasking:
    """Either side ends it before its time: the officer is done, or the other side takes its yes back."""
    require_role(acting_user, Role.DPO, Role.AUDITOR)
    locked = Unmasking.objects.select_for_update(of=("self",)).get(pk=unmasking.pk)
    if locked.agreed_at is None or locked.ends_at is None or locked.ends_at <= at:
        raise ValidationError(_("Nothing is shown under this number at present. Nothing was changed."))
    before, locked.ends_at = locked.ends_at, max(at, locked.agreed_at + timedelta(microseconds=1))
    locked.save(update_fields=["ends_at"])
    told = {"before": {"ends_at": before}, "after": {"ends_at": locked.ends_at}}
    record(acting_user, "unmasking.ended", "unmasking", locked.pk, at=at, **told)
    return locked


@transaction.atomic
def note_look(acting_user: User, *, unmasking: Unmasking, at: datetime) -> None:
    """Somebody opens what is shown: each look leaves its entry. Raises PermissionDenied once it is over."""
    require_role(acting_user, Role.DPO, Role.AUDITOR)
    if not Unmasking.objects.open_at(at).filter(pk=unmasking.pk).exists():
        raise PermissionDenied(_("The time for this is over, or nobody has agreed yet."))
    person = unmasking.person_id
    record(acting_user, "unmasking.looked", "unmasking", unmasking.pk, at=at, after={"person": person})


def _waiting(acting_user: User, unmasking: Unmasking) -> Unmasking:
    require_role(acting_user, Role.AUDITOR)
    rows = Unmasking.objects.select_for_update(of=("self",)).select_related("asked_by", "person")
    locked = rows.get(pk=unmasking.pk)
    if locked.agreed_at is not None or locked.refused_at is not None:
        raise ValidationError(_("This has been answered already. Nothing was changed."))
    if acting_user.is_same_person_as(locked.asked_by):
        raise PermissionDenied(_("You asked for this yourself. Somebody of the other role answers."))
    if locked.person is not None and acting_user.is_same_person_as(locked.person):
        raise PermissionDenied(_("This is about you. Another member of the works council or auditor answers."))
    return locked

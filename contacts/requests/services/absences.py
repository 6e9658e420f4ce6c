"""Being away: from a day to a day, with somebody who decides instead, or without."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from contacts.requests import notices
from contacts.requests.models import Absence, ContactRequest
from contacts.requests.models.absence import REVIEWERS
from contacts.requests.reviewers import desks
from contacts.requests.routing.people import StandIn, closes_circle
from contacts.requests.rules import WAITING
from contacts.requests.services.common import NotNow
from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.database import lock_name
from portal.people.models import User
from portal.people.numbers import spelt_number

if TYPE_CHECKING:
    from collections.abc import Iterator

FURTHEST = timedelta(days=366)


@transaction.atomic
def record_absence(
    acting_user: User, *, person: User, deputy: User | None, starts: date, ends: date, at: datetime
) -> Absence:
    """Somebody who decides is away. Own absences; the DPO may enter anybody's, for an illness waits for nobody.

    Raises PermissionDenied for others, and ValidationError for a period or a deputy that cannot be: oneself, somebody
    who may not decide or decides in the line above, a circle, a second absence at the same time; and for the absence
    of somebody else who decides about a request of one's own.
    """
    require_role(acting_user, *REVIEWERS)
    if person.pk != acting_user.pk and not acting_user.has_role(Role.DPO):
        raise PermissionDenied
    lock_name("requests.absences")
    if not person.is_same_person_as(acting_user):
        _demand_no_judge_of_mine(acting_user, person, at)
    _check_period(person, starts, ends, at)
    if deputy is not None:
        _check_deputy(person, deputy, starts, ends)
    absence = Absence(person=person, deputy=deputy, starts=starts, ends=ends, recorded_at=at)
    absence.save(force_insert=True)
    after = {"person": str(person), "deputy": str(deputy or ""), "starts": starts, "ends": ends}
    record(acting_user, "absence.recorded", "absence", absence.pk, at=at, after=after)
    notices.deputy_named(absence, at=at)
    return absence


def _demand_no_judge_of_mine(acting_user: User, person: User, at: datetime) -> None:
    """Nobody chooses the judge of their own request by sending the present one away."""
    mine = ContactRequest.objects.filter(requester=acting_user, state__in=WAITING).values("pk")
    for desk in desks(at=at, requests=mine).values():
        if any(one.is_same_person_as(person) for one in desk.reviewers):
            raise ValidationError(
                {
                    "person": _(
                        "%(person)s decides about a request of yours. Let somebody else enter this absence, or wait "
                        "until it is decided."
                    )
                    % {"person": person}
                }
            )


def _check_period(person: User, starts: date, ends: date, at: datetime) -> None:
    today = localdate(at)
    if not person.has_role(*REVIEWERS):
        raise ValidationError({"person": _("This person decides about no requests, so nobody needs to stand in.")})
    if ends < starts:
        raise ValidationError({"ends": _("The last day lies before the first one.")})
    if starts < today:
        raise ValidationError({"starts": _("The first day has passed. Begin with today.")})
    if ends > today + FURTHEST:
        raise ValidationError({"ends": _("This is more than a year ahead. Enter it when the time has come closer.")})
    taken = Absence.objects.filter(person=person, back_at__isnull=True, starts__lte=ends, ends__gte=starts).first()
    if taken is not None:
        raise ValidationError(
            {
                "starts": _("An absence from %(starts)s to %(ends)s is entered already. End that one first.")
                % _days(taken)
            }
        )


def _days(absence: Absence) -> dict[str, str]:
    return {"starts": absence.starts.isoformat(), "ends": absence.ends.isoformat()}


def _check_deputy(person: User, deputy: User, starts: date, ends: date) -> None:
    names = {"deputy": deputy, "person": person}
    if deputy.is_same_person_as(person):
        raise ValidationError({"deputy": _("Nobody stands in for themselves. Choose somebody else.")})
    if _stands_above(deputy, person):
        # Whoever stands in for the person who asks is no judge of their requests: they would choose another one.
        raise ValidationError(
            {"deputy": _("%(deputy)s decides in the line above %(person)s. Choose somebody else as deputy.") % names}
        )
    fitting = (Role.DPO,) if person.has_role(Role.DPO) else REVIEWERS
    if not deputy.has_role(*fitting):
        raise ValidationError(
            {"deputy": _("This person may not decide in your place. A manager or data protection officer may.")}
        )
    new = StandIn(spelt_number(person.person_number), spelt_number(deputy.person_number), starts, ends)
    if closes_circle(new, _stand_ins(starts, ends)):
        raise ValidationError(
            {"deputy": _("This closes a circle: on some day each would stand in for the other. Choose somebody else.")}
        )


def _stands_above(deputy: User, person: User) -> bool:
    seen: set[int] = set()
    above = person.manager
    while above is not None and above.pk not in seen:
        if above.is_same_person_as(deputy):
            return True
        seen.add(above.pk)
        above = above.manager
    return False


def _stand_ins(starts: date, ends: date) -> Iterator[StandIn]:
    rows = Absence.objects.filter(back_at__isnull=True, deputy__isnull=False, starts__lte=ends, ends__gte=starts)
    for row in rows.select_related("person", "deputy"):
        if row.deputy is not None:
            yield StandIn(
                spelt_number(row.person.person_number), spelt_number(row.deputy.person_number), row.starts, row.ends
            )


@transaction.atomic
def end_absence(acting_user: User, *, absence: Absence, at: datetime) -> Absence:
    """Back early, or not going: from now on the person decides again. The person, or the DPO."""
    lock_name("requests.absences")
    locked = Absence.objects.select_for_update(of=("self",)).select_related("person", "deputy").get(pk=absence.pk)
    if locked.person_id != acting_user.pk and not acting_user.has_role(Role.DPO):
        raise PermissionDenied
    if locked.back_at is not None or locked.ends < localdate(at):
        raise NotNow(_("This absence is over already. Nothing was changed."))
    locked.back_at = at
    locked.save(update_fields=["back_at"])
    after = {"person": str(locked.person), "deputy": str(locked.deputy or ""), "back_at": at}
    record(acting_user, "absence.ended", "absence", locked.pk, at=at, after=after)
    return locked

"""Handing a decision on to another reviewer, and words between those who have to do with a request."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.requests import notices
from contacts.requests.models import Comment, Reassignment
from contacts.requests.reviewers import Desk, desk_of, may_comment, who_could
from contacts.requests.services.common import NotNow, demand_in_time, lock_request, note
from portal.access.roles import Role

if TYPE_CHECKING:
    from contacts.requests.models import ContactRequest
    from contacts.requests.routing.resolving import Seat
    from portal.people.models import User


@transaction.atomic
def reassign(
    acting_user: User, *, request: ContactRequest, to: User, reason: str, at: datetime, instead_of: User | None = None
) -> ContactRequest:
    """Hand one's part of the open stage to another eligible reviewer; the DPO may hand on anybody's.

    Raises PermissionDenied for who neither decides here nor is the DPO, NotNow when nobody decides any more, and
    ValidationError for a person who may not decide, and without a reason.
    """
    locked, at = lock_request(request, at)
    desk = desk_of(locked, at=at)
    if desk is None:
        raise NotNow(_("%(number)s does not wait for a decision any more. Nothing was changed.") % _number(locked))
    demand_in_time(locked, at)
    seat = _seat(acting_user, desk, instead_of)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: the next person must understand it.")})
    if to.pk not in {one.pk for one in who_could(desk, seat)}:
        raise ValidationError({"to": _("This person may not decide about this request. Choose somebody else.")})
    Reassignment.objects.create(
        stage=desk.row, origin_id=seat.place, to=to, by=acting_user, reason=reason.strip(), at=at
    )
    before = desk.people.users[seat.person]
    handed = {"from": str(before), "to": str(to), "reason": reason.strip()}
    note(acting_user, "reassigned", locked, locked.state, at=at, **handed)
    notices.decision_needed(locked, [to], at=at)
    return locked


def _seat(acting_user: User, desk: Desk, instead_of: User | None) -> Seat:
    """Whose part is handed on: one's own, or for the DPO that of somebody who decides."""
    own = desk.seat_of(acting_user)
    if own is not None and (instead_of is None or instead_of.pk == acting_user.pk):
        return own
    # Nobody chooses the judge of their own request.
    if not acting_user.has_role(Role.DPO) or desk.bars(acting_user):
        raise PermissionDenied
    seats = desk.stage.seats
    found = desk.seat_of(instead_of) if instead_of is not None else (seats[0] if seats else None)
    if found is None:
        raise ValidationError({"instead_of": _("This person does not decide here any more. Choose another one.")})
    return found


def _number(request: ContactRequest) -> dict[str, str]:
    return {"number": request.number}


@transaction.atomic
def comment(acting_user: User, *, request: ContactRequest, text: str, at: datetime) -> Comment:
    """A word about a request: by who asked, who decides or has decided, or the DPO once it was handed in. The others
    are told by mail."""
    locked, at = lock_request(request, at)
    desk = desk_of(locked, at=at)
    if not may_comment(acting_user, locked, desk):
        raise PermissionDenied
    if not text.strip():
        raise ValidationError({"text": _("Write a word, or leave the page.")})
    written = Comment(request=locked, author=acting_user, text=text.strip(), at=at)
    written.full_clean()
    written.save(force_insert=True)
    note(acting_user, "commented", locked, locked.state, at=at)
    deciding = desk.reviewers if desk is not None else []
    readers = deciding if locked.requester_id == acting_user.pk else [locked.requester]
    notices.commented(locked, acting_user, [one for one in readers if one.pk != acting_user.pk], at=at)
    return written

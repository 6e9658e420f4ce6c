"""Legal holds: placed by the officer with a reason and a day to look again, ended by two people."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.database import lock_name
from portal.retention.declared import Found
from portal.retention.models import Hold

if TYPE_CHECKING:
    from portal.people.models import User

#: Who may take the second look at the end of a hold: another officer, or the administrator where there is none.
SECOND_LOOK = (Role.DPO, Role.ADMINISTRATOR)


@transaction.atomic
def place_hold(acting_user: User, *, found: Found, reason: str, review_on: date, at: datetime) -> Hold:
    """From this commit on nothing about this customer, or this request, is deleted or erased.

    Raises ValidationError for what is held already, without a reason, and for a day that is not ahead.
    """
    require_role(acting_user, Role.DPO)
    customer_id, request_id, label = found
    lock_name(f"retention.hold:{customer_id}")
    reason = _demand_reason(reason)
    _demand_ahead(review_on, at)
    if Hold.objects.standing().filter(customer_id=customer_id, request_id=request_id).exists():
        raise ValidationError(_("A legal hold on this number stands already. Nothing was changed."))
    hold = Hold.objects.create(
        customer_id=customer_id,
        request_id=request_id,
        label=label,
        reason=reason,
        review_on=review_on,
        placed_by=acting_user,
        placed_at=at,
    )
    _record(acting_user, "placed", hold, at, reason=reason, review_on=review_on)
    return hold


@transaction.atomic
def keep_hold(acting_user: User, *, hold: Hold, review_on: date, at: datetime) -> Hold:
    """The officer has looked again: it stands until it is looked at on another day."""
    require_role(acting_user, Role.DPO)
    locked = _standing(hold)
    _demand_ahead(review_on, at)
    before, locked.review_on = locked.review_on, review_on
    locked.save(update_fields=["review_on"])
    told = {"before": {"review_on": before}, "after": {"review_on": review_on}}
    record(acting_user, "hold.kept", "hold", locked.pk, at=at, customer_id=locked.customer_id, **told)
    return locked


@transaction.atomic
def ask_end(acting_user: User, *, hold: Hold, reason: str, at: datetime) -> Hold:
    """The officer asks for the end; it still stands until a second person has looked."""
    require_role(acting_user, Role.DPO)
    locked = _standing(hold)
    if locked.end_asked_by_id is not None:
        raise ValidationError(_("Somebody has asked for the end of this hold already. A second person looks at it."))
    locked.end_reason, locked.end_asked_by, locked.end_asked_at = _demand_reason(reason), acting_user, at
    locked.save(update_fields=["end_reason", "end_asked_by", "end_asked_at"])
    _record(acting_user, "end_asked", locked, at, reason=locked.end_reason)
    return locked


@transaction.atomic
def end_hold(acting_user: User, *, hold: Hold, at: datetime) -> Hold:
    """A second person has looked: the hold ends, and what it kept goes with the next turn of the clock.

    Raises PermissionDenied for who asked for it, by whatever account, and ValidationError where nobody did.
    """
    require_role(acting_user, *SECOND_LOOK)
    locked = _standing(hold)
    if locked.end_asked_by is None:
        raise ValidationError(_("Nobody has asked for the end of this hold. The data protection officer asks first."))
    if acting_user.is_same_person_as(locked.end_asked_by):
        raise PermissionDenied(_("You asked for this end yourself. A second person looks at it."))
    locked.ended_by, locked.ended_at = acting_user, at
    locked.save(update_fields=["ended_by", "ended_at"])
    _record(acting_user, "ended", locked, at, reason=locked.end_reason)
    return locked


def refuses_erasure(customer_id: int) -> str | None:
    """The sentence that stops an erasure, or None. Ask under the customer's lock."""
    held = Hold.objects.standing().filter(customer_id=customer_id).order_by("pk").first()
    if held is None:
        return None
    said = _("A legal hold on %(number)s stands since %(day)s: nothing of it may be erased. End the hold first.")
    return said % {"number": held.label, "day": timezone.localdate(held.placed_at).isoformat()}


def _standing(hold: Hold) -> Hold:
    locked = Hold.objects.select_for_update(of=("self",)).select_related("end_asked_by").get(pk=hold.pk)
    if locked.ended_at is not None:
        raise ValidationError(_("This hold has ended. Nothing was changed."))
    return locked


def _demand_reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason: whoever looks again must know why.")})
    return reason.strip()


def _demand_ahead(day: date, at: datetime) -> None:
    if day <= timezone.localdate(at):
        raise ValidationError({"review_on": _("Choose a day that is still ahead.")})


def _record(actor: User, verb: str, hold: Hold, at: datetime, **after: object) -> None:
    told = {"number": hold.label, **after}
    record(actor, f"hold.{verb}", "hold", hold.pk, at=at, customer_id=hold.customer_id, after=told)

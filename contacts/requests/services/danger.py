"""Looking at an act in imminent danger afterwards: it was right, or it was not."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.requests import notices
from contacts.requests.models import AfterReview
from contacts.requests.reviewers import after_seats
from contacts.requests.rules import PermitState, permit_state
from contacts.requests.services.common import NotNow, demand_licence, lock_request
from contacts.requests.services.permits import end as end_permit
from portal.audit.services import record
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def review_afterwards(
    acting_user: User, *, review: AfterReview, verdict: str, reason: str, at: datetime
) -> AfterReview:
    """Approve what was done, or say that it was not justified: then the permit ends and the officers are told, for
    it may be an incident. Nobody is punished by this: it is a statement about the act.

    Raises PermissionDenied for who may not look at it, NotNow when somebody was faster, and ValidationError without a
    reason where one is needed.
    """
    _request, at = lock_request(review.request, at)
    related = ("request__edited_by", "requester", "permit__customer", "permit__holder")
    more = ("permit__request__requester", "permit__request__contact_point")
    locked = AfterReview.objects.select_for_update(of=("self",)).select_related(*related, *more).get(pk=review.pk)
    if locked.verdict:
        raise NotNow(_("Somebody has already looked at this. Nothing was changed by your click."))
    seats, people = after_seats([locked], at=at)[locked.pk]
    seat = next((one for one in seats if one.person == acting_user.pk), None)
    if seat is None:
        raise PermissionDenied
    demand_licence(acting_user, at)
    if verdict == AfterReview.Verdict.NOT_JUSTIFIED and not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: the person must understand it.")})
    locked.verdict, locked.reason = AfterReview.Verdict(verdict), reason.strip()
    locked.reviewer, locked.stands_for_id, locked.reviewed_at = acting_user, seat.stands_for, at
    locked.save(update_fields=["verdict", "reason", "reviewer", "stands_for", "reviewed_at"])
    both = {"stands_for": str(people.users[seat.stands_for])} if seat.stands_for else {}
    after = {"verdict": verdict, "permit": locked.permit.number, **both}
    customer = locked.request.customer_id
    record(acting_user, f"danger.{verdict}", "request", locked.request.number, at=at, customer_id=customer, after=after)
    notices.danger_judged(locked, at=at)
    if verdict == AfterReview.Verdict.NOT_JUSTIFIED:
        _not_justified(acting_user, locked, at)
    return locked


def _not_justified(acting_user: User, review: AfterReview, at: datetime) -> None:
    permit = review.permit
    if permit_state(permit.state, permit.valid_until, at) == PermitState.ACTIVE:
        end_permit(acting_user, permit, review.reason, at)
    told = {"user_id": review.requester_id, "request": review.request.number, "permit": permit.number}
    outbox.event("request.danger_not_justified", told, at=at)

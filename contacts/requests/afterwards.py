"""Imminent danger (rule book, OBL-07): the employee warns at once, somebody else confirms on the next working day."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from contacts.requests import notices
from contacts.requests.models import AfterReview, ContactRequest, Permit, RoutingTable
from contacts.requests.reviewers import after_seats, case_of
from contacts.requests.routing.table import NEEDS_DPO, OFFICER, Table, steps_for
from contacts.requests.staging import working_days_later

if TYPE_CHECKING:
    from contacts.requests.deciding import Answer

#: The obligation that the rules lay on a contact in imminent danger; where they lay it, they let it be made at once.
WARN_AT_ONCE = "OBL-07"


def acts_at_once(given: Answer) -> bool:
    """Whether the rules call this imminent danger and only ask for a release. What they forbid stays forbidden, and
    wording that only the requester holds to be no advertising is first read by somebody else."""
    if given.question.promotion_disputed:
        return False
    called = any(obligation.id == WARN_AT_ONCE for obligation in given.decision.obligations)
    return called and given.outcome in ("needs_manager_approval", "needs_dpo_approval")


def look_afterwards(request: ContactRequest, permit: Permit, given: Answer, *, at: datetime) -> AfterReview:
    """Ask for the review that follows. Within the transaction of the submission, which keeps the audit entry."""
    steps = steps_for(_lines(at), case_of(given.facts, given.outcome, request.requester.department_id))
    row = AfterReview.objects.create(
        request=request,
        requester=request.requester,
        permit=permit,
        step=(OFFICER if given.outcome == NEEDS_DPO else steps[0]).to_json(),
        acted_at=at,
        due_at=working_days_later(at),
    )
    seats, people = after_seats([row], at=at)[row.pk]
    notices.danger_acted(permit, people.named(seats), at=at)
    return row


def _lines(at: datetime) -> Table:
    table = RoutingTable.objects.in_force(at).first()
    return table.lines() if table is not None else ()

"""Reviewing: somebody else decides, never laxer than the rules at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.requests import freezing, notices, staging, stricter
from contacts.requests.deciding import Answer, answer, keep
from contacts.requests.models import ContactRequest, DecisionRecord, PromotionOverride, Proposal, Review, Snapshot
from contacts.requests.reviewers import Desk, desk_of
from contacts.requests.rules import State, Verb, strictest
from contacts.requests.services.common import (
    NotNow,
    demand,
    demand_address,
    demand_in_time,
    demand_licence,
    lock_request,
    note,
    reason_ids,
)
from contacts.requests.services.submitting import grant, refuse_by_rule, refuse_second_permit
from contacts.requests.stricter import NO_TERMS, Wish

if TYPE_CHECKING:
    from contacts.requests.routing.resolving import Seat
    from contacts.requests.routing.terms import Terms
    from portal.people.models import User

VERBS = {
    Review.Verdict.APPROVED: Verb.APPROVE,
    Review.Verdict.REFUSED: Verb.REFUSE,
    Review.Verdict.CHANGES_ASKED: Verb.ASK_CHANGES,
}


@transaction.atomic
def review(
    acting_user: User,
    *,
    request: ContactRequest,
    verdict: str,
    reason: str,
    at: datetime,
    round: int | None = None,
    sha256: str = "",
    promotion_reason: str = "",
    terms: Terms = NO_TERMS,
    wish: Wish | None = None,
    as_frozen: bool = False,
    accepts: frozenset[str] | None = None,
) -> ContactRequest:
    """Record one verdict; the request moves on. Decided again under the customer's lock, the strictest counts.

    `round` and `sha256` say what the reviewer has read; a page always says them, and a text that came later is not
    approved by it. `promotion_reason` says why promotional wording that the requester disputes is none; without it such
    a request is not approved. `terms` are conditions of an approval; `wish` is what the reviewer would agree to, with
    “changes asked for”. `as_frozen`: only while the rules judge as they did when it was handed in. `accepts`: the rules
    that the page showed as asking for a release; one that has come to ask since is not accepted unread.

    Raises PermissionDenied for who may not review this request, NotNow when somebody was faster or the reviewer lacks
    the approver course, and ValidationError for a refusal or a question without a reason, for terms or a wish that do
    not go with the verdict, and for those that would be laxer.
    """
    locked, at = lock_request(request, at)
    demand(VERBS[Review.Verdict(verdict)], locked)
    demand_in_time(locked, at)
    desk, seat = _desk(acting_user, locked, at)
    submission, snapshot = locked.round, freezing.snapshot_of(locked)
    seen = snapshot.sha256 if snapshot is not None else ""
    if round not in (None, submission) or sha256 not in ("", seen):
        raise NotNow(_("%(number)s was changed after you read it. Read it again.") % {"number": locked.number})
    demand_licence(acting_user, at)
    if verdict != Review.Verdict.APPROVED and not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: the person must know what to do next.")})
    if verdict == Review.Verdict.APPROVED:
        demand_address(locked)
        _demand_unchanged(locked, snapshot)
    terms = stricter.check_terms(terms, verdict, at)
    given = answer(locked, at=at)
    if as_frozen:
        _demand_as_frozen(locked, given, snapshot)
    if verdict == Review.Verdict.APPROVED and accepts is not None:
        _demand_read(locked, given, accepts)
    proposal = _proposed(locked, given, verdict, wish)
    agrees = given.question.promotion_disputed and verdict == Review.Verdict.APPROVED
    if agrees and not promotion_reason.strip():
        raise ValidationError({"promotion_reason": _("Say in your own words why the text is no advertising.")})
    decision = keep(locked, given, DecisionRecord.Stage.REVIEW, at=at)
    before, stage = locked.state, Review.Stage.DPO if seat.officer else Review.Stage.MANAGER
    written = Review.objects.create(
        request=locked,
        requester=locked.requester,
        reviewer=acting_user,
        stage=stage,
        round=submission,
        step=desk.row,
        stands_for_id=seat.stands_for,
        sha256=seen,
        verdict=verdict,
        reason=reason.strip(),
        decision=decision,
        at=at,
    )
    said = _agree(written, given, promotion_reason.strip()) if agrees else {}
    said |= stricter.attach(written, terms) | stricter.propose(written, proposal)
    following = _move(locked, given, verdict, reason.strip(), desk, seat, acting_user, at)
    locked.save(update_fields=["state", "outcome", "waiting_since", "closed_at", "refusal_reason"])
    both = {"stands_for": str(desk.people.users[seat.stands_for])} if seat.stands_for else {}
    rules = reason_ids(given.decision)
    note(acting_user, f"review_{verdict}", locked, before, at=at, stage=stage, rules=rules, **both, **said)
    notices.decision_needed(locked, following, at=at)
    _follow(acting_user, locked, given, written, at)
    return locked


def _desk(reviewer: User, request: ContactRequest, at: datetime) -> tuple[Desk, Seat]:
    desk = desk_of(request, at=at)
    seat = desk.seat_of(reviewer) if desk is not None else None
    if desk is None or seat is None:
        raise PermissionDenied
    return desk, seat


def _demand_unchanged(request: ContactRequest, snapshot: Snapshot | None) -> None:
    """An approval is for what was read, and for nothing else."""
    if not freezing.still_the_same(request, snapshot):
        raise NotNow(
            _("%(number)s is no longer what was handed in. Ask for changes, so that it is handed in anew.")
            % {"number": request.number}
        )


def _demand_as_frozen(request: ContactRequest, given: Answer, snapshot: Snapshot | None) -> None:
    if snapshot is None or not freezing.judged_the_same(given, snapshot):
        raise NotNow(
            _("The rules judge %(number)s otherwise than when it was handed in. Read it and decide it on its own.")
            % {"number": request.number}
        )


def _demand_read(request: ContactRequest, given: Answer, accepts: frozenset[str]) -> None:
    """Night may have fallen since, or an objection come. What the rules forbid by now they refuse themselves."""
    if given.outcome != "forbidden" and not given.decision.to_accept <= accepts:
        raise NotNow(
            _("The rules ask for more about %(number)s than when you opened the page. Read it again, then decide.")
            % {"number": request.number}
        )


def _proposed(request: ContactRequest, given: Answer, verdict: str, wish: Wish | None) -> Proposal | None:
    proposal = stricter.proposed(request, given, wish)
    if proposal is not None and verdict != Review.Verdict.CHANGES_ASKED:
        raise ValidationError(
            _("You propose something else than what was asked. Ask for changes, or leave it as it was asked.")
        )
    return proposal


def _agree(written: Review, given: Answer, reason: str) -> dict[str, str]:
    """The override, and what the audit entry says about it."""
    assert given.promotion is not None
    assert given.promotion.dispute is not None
    PromotionOverride.objects.create(dispute=given.promotion.dispute, review=written, reason=reason)
    return {"no_advertising": given.promotion.rules}


def _move(
    request: ContactRequest,
    given: Answer,
    verdict: str,
    reason: str,
    desk: Desk,
    seat: Seat,
    reviewer: User,
    at: datetime,
) -> list[User]:
    """The request moves on; returns who is asked next."""
    # The strictest of submission and now counts: what was the DPO's to decide stays the DPO's.
    request.outcome = strictest(request.outcome, given.outcome)
    approved = verdict == Review.Verdict.APPROVED
    if approved and given.outcome != "forbidden" and not staging.is_decided(desk):
        return []
    staging.close(desk, at=at)
    if verdict == Review.Verdict.REFUSED:
        request.state, request.closed_at, request.refusal_reason = State.REFUSED, at, reason
    elif verdict == Review.Verdict.CHANGES_ASKED:
        request.state, request.waiting_since = State.DRAFT, None
    elif given.outcome == "forbidden":
        refuse_by_rule(request, given, at)
    else:
        return _next_stage(request, desk, seat, reviewer, at)
    return []


def _next_stage(request: ContactRequest, desk: Desk, seat: Seat, reviewer: User, at: datetime) -> list[User]:
    """Two verdicts are two people's: without a second one nothing is handed on to wait for nobody."""
    following = staging.go_on(request, desk, seat, reviewer, at=at)
    if following is None:
        request.state, request.closed_at = State.GRANTED, at
        return []
    if following:
        return list(following)
    row = request.stages.open().get()
    if row.needed > 1:
        raise NotNow(
            _(
                "Stage %(place)d of %(number)s asks for %(needed)d approvals after you, and there are not so many "
                "other people who could give one. Ask the data protection officer to change the routing table."
            )
            % {"number": request.number, "place": row.position + 1, "needed": row.needed}
        )
    raise NotNow(
        _(
            "%(number)s needs a data protection officer after you, and there is no other person in that role. Ask "
            "the administration to appoint one."
        )
        % {"number": request.number}
    )


def _follow(acting_user: User, request: ContactRequest, given: Answer, written: Review, at: datetime) -> None:
    match request.state:
        case State.GRANTED:
            refuse_second_permit(request, at)
            grant(acting_user, request, given, at=at)
        case State.REFUSED:
            notices.refused(request, at=at)
        case State.DRAFT:
            notices.changes_asked(request, written.reason, proposed=hasattr(written, "proposal"), at=at)

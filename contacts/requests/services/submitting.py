"""Submitting, granting and cancelling a request."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from contacts import policy
from contacts.customers.services import tick
from contacts.requests import afterwards, freezing, notices, staging
from contacts.requests.deciders import short_words
from contacts.requests.deciding import ASKERS, Answer, answer, keep
from contacts.requests.models import ContactRequest, DecisionRecord, Permit
from contacts.requests.promotion import fingerprint
from contacts.requests.reviewers import way_of
from contacts.requests.rules import PermitState, State, Verb
from contacts.requests.services.common import NotNow, demand, demand_address, lock_request, note, reason_ids
from contacts.requests.stricter import period, terms_of
from contacts.requests.telling import tell_permit
from contacts.requests.validity import look_again
from portal.access.roles import require_role
from portal.audit.services import record
from portal.outbox import services as outbox
from portal.webhooks.models import EventType

if TYPE_CHECKING:
    from portal.people.models import User

#: Customers are never contacted from private accounts (rule book, account).
PRIVATE_ACCOUNT_RULE = "ACC-01"


@transaction.atomic
def submit(acting_user: User, *, request: ContactRequest, at: datetime) -> ContactRequest:
    """Hand the draft in: decided again now; granted at once, sent to a reviewer, or refused by the rules. In imminent
    danger what needs a release is granted at once and looked at afterwards.

    Raises NotNow where nobody could decide about it, so that nothing waits for nobody.
    """
    require_role(acting_user, *ASKERS)
    locked, at = lock_request(request, at)
    if locked.requester_id != acting_user.pk:
        raise PermissionDenied
    demand(Verb.SUBMIT, locked)
    demand_address(locked)
    refuse_second_permit(locked, at)
    given = answer(locked, at=at)
    keep(locked, given, DecisionRecord.Stage.SUBMIT, at=at)
    number, reviewers, danger = locked.round, [], afterwards.acts_at_once(given)
    freezing.freeze(locked, given, round=number, at=at)
    before, locked.submitted_at, locked.outcome = locked.state, at, given.outcome
    match given.outcome:
        case "forbidden":
            refuse_by_rule(locked, given, at)
        case "allowed":
            locked.state, locked.closed_at = State.GRANTED, at
        case _ if danger:
            locked.state, locked.closed_at = State.GRANTED, at
        case _:
            reviewers = _enter(locked, given, number, at)
    locked.save(update_fields=["state", "outcome", "submitted_at", "waiting_since", "closed_at", "refusal_reason"])
    danger_words = {"imminent_danger": True} if danger else {}
    note(acting_user, "submitted", locked, before, at=at, rules=reason_ids(given.decision), **danger_words)
    if locked.state == State.GRANTED:
        permit = grant(acting_user, locked, given, at=at, at_once=danger)
        if danger:
            afterwards.look_afterwards(locked, permit, given, at=at)
    notices.decision_needed(locked, reviewers, at=at)
    return locked


def _enter(request: ContactRequest, given: Answer, number: int, at: datetime) -> list[User]:
    """The first stage of the way, by the routing table in force; dead ends are found here, not by waiting."""
    way = way_of(request, given.facts, given.outcome, at=at)
    if way.dead_end:
        raise NotNow(
            short_words(way, request.number)
            or _(
                "Nobody could decide about %(number)s: it needs a data protection officer other than you and your "
                "manager. Ask the administration to appoint one; the draft is kept."
            )
            % {"number": request.number}
        )
    return staging.enter(request, way, round=number, at=at)


def refuse_by_rule(request: ContactRequest, given: Answer, at: datetime) -> None:
    request.state, request.closed_at = State.REFUSED, at
    request.refusal_reason = reason_ids(given.decision)
    if any(finding.rule.id == PRIVATE_ACCOUNT_RULE for finding in given.decision.deciding):
        told = {"user_id": request.requester_id, "request": request.number}
        outbox.event("request.private_account_refused", told, at=at)


def refuse_second_permit(request: ContactRequest, at: datetime) -> None:
    """One active permit per holder, address and reason (the database's exclusion constraint stands behind)."""
    active = Permit.objects.filter(
        holder=request.requester,
        contact_point=request.contact_point,
        purpose=request.purpose,
        state=PermitState.ACTIVE,
        valid_until__gt=at,
    ).first()
    if active is not None:
        raise NotNow(
            _("You already hold permit %(number)s for this address and reason. Use that one.")
            % {"number": active.number}
        )


def grant(actor: User, request: ContactRequest, given: Answer, *, at: datetime, at_once: bool = False) -> Permit:
    """The permit of a granted request, for what this decision asked to be released and for nothing else. `at_once`: in
    imminent danger, for one contact until somebody has to look at it.

    The caller has moved the request and holds the locks. Reviewers' conditions make it shorter and fewer. Raises NotNow
    where the time that they left is over.
    """
    terms = terms_of(request)
    until, most = period(terms, at)
    until = min(until, staging.working_days_later(at)) if at_once else until
    if until <= at:
        raise NotNow(
            _(
                "The last day that a reviewer set for %(number)s has passed. Ask for changes, so that it is handed in "
                "anew."
            )
            % {"number": request.number}
        )
    permit = Permit.objects.create(
        request=request,
        holder=request.requester,
        customer=request.customer,
        contact_point=request.contact_point,
        account=request.account,
        purpose=request.purpose,
        released=request.outcome,
        accepted_rules=sorted(given.decision.to_accept),
        rests_on_consent=policy.rests_on_consent(given.decision),
        legal_basis=given.decision.legal_basis,
        uses_allowed=1 if at_once else terms.uses(request.uses_wanted),
        text_sha256=fingerprint(request.draft_text),
        valid_from=at,
        valid_until=until,
        rules_until=most,
    )
    tick(request.customer, at)  # a withdrawal by a clock that is behind comes after the grant that it follows
    record(
        actor,
        "permit.granted",
        "permit",
        permit.number,
        at=at,
        customer_id=permit.customer_id,
        after={
            "request": request.number,
            "released": permit.released,
            "valid_until": permit.valid_until,
            **({"uses": permit.uses_allowed} if permit.uses_allowed > 1 else {}),
        },
    )
    look_again(permit, given, at=at)
    tell_permit(EventType.PERMIT_GRANTED, permit, at=at)
    notices.granted(permit, terms, at=at)
    return permit


@transaction.atomic
def cancel(acting_user: User, *, request: ContactRequest, at: datetime) -> ContactRequest:
    """The requester takes an open request back."""
    locked, at = lock_request(request, at)
    if locked.requester_id != acting_user.pk:
        raise PermissionDenied
    demand(Verb.CANCEL, locked)
    before, locked.state, locked.closed_at = locked.state, State.CANCELLED, at
    locked.save(update_fields=["state", "closed_at"])
    staging.close_open(locked, at=at)
    note(acting_user, "cancelled", locked, before, at=at)
    return locked

"""A small world whose figures can be counted by hand: requests, permits, decisions and contacts at any time of the
past, written as the rows that the verbs leave behind."""

from datetime import datetime, timedelta
from hashlib import sha256

from contacts.requests.models import (
    Contact,
    ContactRequest,
    DecisionRecord,
    Permit,
    PermitUse,
    Review,
    ReviewStage,
)
from portal.people.models import User
from tests.cast import make_customer, person, point

HASH = "0" * 64
NO_TEXT = sha256(b"").hexdigest()


class World:
    """Makes rows; each customer is a new one unless it is said whose."""

    def __init__(self, now: datetime) -> None:
        self.now, self.number = now, 0

    def people(self, count: int, name: str = "p", **fields) -> list[User]:
        return [person(f"{name}{number}", "employee", **fields) for number in range(count)]

    def asked(self, who: User, *, state="granted", closed=None, channel="email", purpose="service", **fields):
        """A request that ended at `closed`, or waits where `waiting_since` is given."""
        self.number += 1
        customer = make_customer(self.now, number=f"W{self.number}")
        if not customer.contact_points.filter(channel=channel).exists():
            point(customer, channel, f"0171 77{self.number:05}", now=self.now)
        begun = fields.pop("submitted_at", closed or fields.get("waiting_since") or self.now)
        return ContactRequest.objects.create(
            requester=who,
            customer=customer,
            contact_point=customer.contact_points.get(channel=channel),
            purpose=purpose,
            state=state,
            submitted_at=begun,
            closed_at=closed,
            refusal_reason="Nein." if state == "refused" else "",
            **fields,
        )

    def decided(self, request, basis="GDPR Art. 6(1)(f)", at=None, stage="submit"):
        return DecisionRecord.objects.create(
            request=request,
            stage=stage,
            at=at or request.submitted_at,
            facts={},
            rule_set=1,
            rule_set_hash=HASH,
            outcome="allowed",
            legal_basis=basis,
        )

    def permit(
        self, who: User, *, begins, until, basis="GDPR Art. 6(1)(f)", consent=False, state="active", uses=1, **asked
    ):
        request = self.asked(who, closed=begins, uses_wanted=uses, **asked)
        self.decided(request, basis)
        ended = {"revoked_at": begins + timedelta(days=1), "revoked_reason": "x"} if state == "revoked" else {}
        return Permit.objects.create(
            request=request,
            holder=who,
            customer=request.customer,
            contact_point=request.contact_point,
            purpose=request.purpose,
            released="allowed",
            rests_on_consent=consent,
            valid_from=begins,
            valid_until=until,
            uses_allowed=uses,
            text_sha256=NO_TEXT,
            state=state,
            **ended,
        )

    def used(self, permit, *, at, result="sent"):
        """The next use, and what happened in the contact."""
        decision, number = self.decided(permit.request, at=at, stage="redeem"), permit.uses.count() + 1
        use = PermitUse.objects.create(
            permit=permit, use_number=number, at=at, used_by=permit.holder, decision=decision
        )
        return Contact.objects.create(use=use, result=result, logged_at=at, logged_by=permit.holder)

    def reviewed(self, who: User, by: User, *, at, hours: float, given: float = 24, **asked):
        """An approval that took so many hours of those given."""
        request = self.asked(who, closed=at, submitted_at=at - timedelta(hours=hours), **asked)
        since = request.submitted_at
        stage = ReviewStage.objects.create(
            request=request, round=1, position=0, step={}, since=since, due_at=since + timedelta(hours=given),
            ended_at=at,
        )  # fmt: skip
        return Review.objects.create(
            request=request, requester=who, reviewer=by, stage="manager", verdict="approved",
            decision=self.decided(request), step=stage, at=at,
        )  # fmt: skip

"""What was handed in, frozen for its reviewers: the words, the facts and the decision, under one SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contacts import policy
from contacts.requests.context import ASKED
from contacts.requests.models import Review, Snapshot
from contacts.requests.promotion import fingerprint
from contacts.requests.routing.fingerprint import differences, sha256_of
from contacts.requests.rules import State

if TYPE_CHECKING:
    from contacts.requests.deciding import Answer
    from contacts.requests.models import ContactRequest
    from portal.people.models import User


def material(request: ContactRequest) -> dict[str, Any]:
    """Everything whose change makes it another request: an approval is for this and nothing else."""
    point, account = request.contact_point, request.account
    return {
        "customer": request.customer.number,
        "draft_text": request.draft_text,
        # The address by its fingerprint: whether it is still the same can be told without keeping it twice.
        "contact_point": [point.pk, point.channel, point.platform, fingerprint(point.value)],
        "account": [account.pk, account.name] if account is not None else None,
        **{name: getattr(request, name) for name in ASKED if name != "planned_at"},
        "planned_at": request.planned_at.isoformat() if request.planned_at else None,
        # One contact is what every request was for before more could be asked: their snapshots stay comparable.
        **({"uses_wanted": request.uses_wanted} if request.uses_wanted > 1 else {}),
    }


def freeze(request: ContactRequest, given: Answer, *, round: int, at: datetime) -> Snapshot:
    """Keep what the reviewers of this submission see. Within the transaction of the submission."""
    content = {
        "asked": material(request),
        "facts": policy.facts_to_inputs(given.facts),
        "decision": _judged(given),
    }
    return Snapshot.objects.create(request=request, round=round, content=content, sha256=sha256_of(content), at=at)


def _judged(given: Answer) -> dict[str, Any]:
    return {
        "outcome": given.outcome,
        "rules": [finding.rule.id for finding in given.decision.findings],
        "obligations": [obligation.id for obligation in given.decision.obligations],
    }


def judged_the_same(given: Answer, snapshot: Snapshot) -> bool:
    """Whether the rules say now what they said at the submission, and nothing about the person has become delicate:
    an objection or a minor can leave the answer as it was."""
    facts, before = policy.facts_to_inputs(given.facts), snapshot.content.get("facts", {})
    same_person = all(facts[name] == before.get(name) for name in ("objection", "minor", "special_category"))
    return same_person and snapshot.content.get("decision") == _judged(given)


def snapshot_of(request: ContactRequest) -> Snapshot | None:
    """The snapshot of the submission at hand."""
    return request.snapshots.order_by("-round").first()


def show_as_handed_in(request: ContactRequest, reader: User) -> bool:
    """A draft that was sent back is its author's alone while they rewrite it: others see the words as they were handed
    in. Changes the object that a page shows, never what is kept; returns whether it did."""
    if request.state != State.DRAFT or request.requester_id == reader.pk:
        return False
    snapshot = snapshot_of(request)
    asked = snapshot.content.get("asked", {}) if snapshot is not None else {}
    request.draft_text, request.presumed_consent = asked.get("draft_text", ""), asked.get("presumed_consent", "")
    return True


def still_the_same(request: ContactRequest, snapshot: Snapshot | None) -> bool:
    """Whether the request is what its reviewers have read. What came before there were snapshots counts as read."""
    return snapshot is None or snapshot.content.get("asked") == material(request)


@dataclass(frozen=True, slots=True)
class Dropped:
    """Approvals of an earlier submission that do not count any more, and what is different now."""

    approvals: tuple[Review, ...]
    changed: tuple[str, ...]


def dropped(request: ContactRequest) -> Dropped | None:
    """What the change of a request took away; None where nothing was approved before."""
    last = list(request.snapshots.order_by("-round")[:2])
    if len(last) < 2:
        return None
    now, before = last
    earlier = request.reviews.filter(round__lt=now.round, verdict=Review.Verdict.APPROVED).select_related("reviewer")
    approvals = tuple(earlier)
    changed = differences(before.content.get("asked", {}), now.content.get("asked", {}))
    return Dropped(approvals, tuple(changed)) if approvals else None

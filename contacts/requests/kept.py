"""Everything that is kept about requests and answers, as plain JSON values, for evidence: codes of the database, aware
instants, names as the pages show them. What a reader sees here they see on the pages, and no more (`visible_to`).

The number of statements is the same for one request and for many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Prefetch

from contacts.requests.context import ASKED
from contacts.requests.models import (
    Contact,
    ContactRequest,
    DecisionRecord,
    GivenDecision,
    Permit,
    PermitUse,
    Reassignment,
    Review,
    Snapshot,
)
from contacts.requests.routing.fingerprint import sha256_of
from contacts.requests.rules import State

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from contacts.requests.replaying import Replayer
    from portal.people.models import User

Values = dict[str, Any]
REVIEWED = ("reviewer", "stands_for", "condition", "proposal__contact_point", "proposal__account")


def requests_of_customer(reader: User, customer_id: int, most: int) -> list[ContactRequest]:
    """The requests about one customer that the reader may see, the oldest first; one more than `most` at most."""
    about = ContactRequest.objects.filter(customer_id=customer_id).order_by()
    return list(_whole(ContactRequest.objects.visible_to(reader, among=about.values("pk"))).order_by("pk")[: most + 1])


def request_as_kept(reader: User, key: int) -> ContactRequest:
    """One request with all that belongs to it. Raises ContactRequest.DoesNotExist for strangers."""
    return _whole(ContactRequest.objects.visible_to(reader, among=[key])).get(pk=key)


def answers_of_customer(reader: User, customer_id: int, most: int) -> list[GivenDecision]:
    """What other systems were told about one customer, the oldest first; one more than `most` at most."""
    rows = GivenDecision.objects.visible_to(reader).filter(customer_id=customer_id).order_by("made_at", "pk")
    return list(rows.select_related("token", "acts_for", "contact_point", "account")[: most + 1])


def _whole(rows: QuerySet[ContactRequest]) -> QuerySet[ContactRequest]:
    uses = PermitUse.objects.select_related("used_by", "decision", "contact__logged_by")
    reassigned = Reassignment.objects.select_related("origin", "to", "by", "stage")
    return rows.select_related("requester", "customer", "contact_point", "account", "after_review").prefetch_related(
        "snapshots",
        "stages",
        Prefetch("stages__reassignments", reassigned),
        Prefetch("decisions", DecisionRecord.objects.order_by("pk")),
        Prefetch("reviews", Review.objects.select_related(*REVIEWED)),
        "comments__author",
        "promotion_disputes__said_by",
        "promotion_disputes__overrides",
        Prefetch("permit", Permit.objects.select_related("holder", "account")),
        Prefetch("permit__uses", uses),
    )


def request_values(asked: ContactRequest, reader: User, replayer: Replayer) -> Values:
    """One request from its draft to its outcomes."""
    permit = _one(asked, "permit")
    return {
        "number": asked.number,
        "customer": asked.customer.number,
        "state": asked.state,
        "asked_by": _name(asked.requester),
        "created_at": asked.created_at,
        "submitted_at": asked.submitted_at,
        "closed_at": asked.closed_at,
        "address": _address(asked),
        "account": asked.account.name if asked.account is not None else "",
        **{name: getattr(asked, name) for name in ASKED},
        **_words(asked, reader),
        "uses_wanted": asked.uses_wanted,
        "outcome": asked.outcome,
        "refusal_reason": asked.refusal_reason,
        "submissions": [_snapshot(one) for one in asked.snapshots.all()],
        "stages": [_stage(one) for one in asked.stages.all()],
        "decisions": [decision_values(one, replayer) for one in asked.decisions.all()],
        "reviews": [_review(one) for one in asked.reviews.all()],
        "comments": [{"by": _name(one.author), "at": one.at, "text": one.text} for one in asked.comments.all()],
        "held_to_be_no_advertising": [_dispute(one) for one in asked.promotion_disputes.all()],
        "reviewed_afterwards": _afterwards(asked),
        "permit": _permit(permit) if permit is not None else None,
    }


def _words(asked: ContactRequest, reader: User) -> Values:
    """A draft that was sent back is its author's alone while they rewrite it: others get the words handed in last."""
    text, presumed, account = asked.draft_text, asked.presumed_consent, asked.private_account
    if asked.state == State.DRAFT and asked.requester_id != reader.pk:
        handed_in = max(asked.snapshots.all(), key=lambda one: one.round, default=None)
        said = handed_in.content.get("asked", {}) if handed_in is not None else {}
        text, presumed = said.get("draft_text", ""), said.get("presumed_consent", "")
    return {"draft_text": text, "presumed_consent": presumed, "private_account": account}


def decision_values(kept: DecisionRecord, replayer: Replayer) -> Values:
    """`decided_again`: whether the rules of that day say the same about the same facts; None where this software has
    other rules by now."""
    names = ("stage", "at", "outcome", "deciding_rules", "fired_rules", "obligations", "legal_basis", "facts")
    rules = {"number": kept.rule_set, "hash": kept.rule_set_hash}
    again = replayer.holds(kept)
    return {"key": kept.pk, **{name: getattr(kept, name) for name in names}, "rule_set": rules, "decided_again": again}


def answer_values(kept: GivenDecision, replayer: Replayer) -> Values:
    """What another system was told."""
    return {
        "number": str(kept.pk),
        "system": kept.token.name,
        "in_the_place_of": _name(kept.acts_for),
        "made_at": kept.made_at,
        "about_at": kept.at,
        "purpose": kept.purpose,
        "address": _address(kept),
        "account": kept.account.name if kept.account is not None else "",
        "draft_sha256": kept.draft_sha256,
        "outcome": kept.outcome,
        "fired_rules": [finding["rule"] for finding in kept.answer.get("findings", ())],
        "facts": kept.facts,
        "rule_set": {"number": kept.rule_set, "hash": kept.rule_set_hash},
        "decided_again": replayer.holds(kept),
    }


def _snapshot(kept: Snapshot) -> Values:
    """`intact` is None after an erasure, which takes the words and leaves their hash."""
    intact = sha256_of(kept.content) == kept.sha256 if kept.content else None
    return {"round": kept.round, "at": kept.at, "sha256": kept.sha256, "intact": intact, "content": kept.content}


def _stage(stage: Any) -> Values:
    names = ("round", "position", "step", "needed", "since", "due_at", "ended_at", "escalated_at")
    handed_on = [_handed_on(one) for one in stage.reassignments.all()]
    return {**{name: getattr(stage, name) for name in names}, "handed_on": handed_on}


def _handed_on(one: Reassignment) -> Values:
    people = {"meant": _name(one.origin), "to": _name(one.to), "by": _name(one.by)}
    return {**people, "at": one.at, "reason": one.reason}


def _review(given: Review) -> Values:
    condition, proposal = _one(given, "condition"), _one(given, "proposal")
    names = ("stage", "round", "verdict", "reason", "sha256", "at")
    return {
        **{name: getattr(given, name) for name in names},
        "by": _name(given.reviewer),
        "in_the_place_of": _name(given.stands_for),
        "condition": _fields(condition, "last_day", "most_uses", "words") if condition is not None else None,
        "proposal": _proposal(proposal) if proposal is not None else None,
    }


def _proposal(proposal: Any) -> Values:
    account = proposal.account.name if proposal.account is not None else ""
    return {
        "address": _address(proposal),
        "account": account,
        **_fields(proposal, "draft_text", "changes", "outcome"),
    }


def _dispute(said: Any) -> Values:
    agreed = [{"reason": one.reason, "review": one.review_id} for one in said.overrides.all()]
    return {"by": _name(said.said_by), **_fields(said, "at", "reason", "text_sha256", "hits"), "agreed": agreed}


def _afterwards(asked: ContactRequest) -> Values | None:
    looked = _one(asked, "after_review")
    return None if looked is None else _fields(looked, "acted_at", "due_at", "verdict", "reason", "reviewed_at")


def _permit(permit: Permit) -> Values:
    names = ("purpose", "released", "accepted_rules", "rests_on_consent", "valid_from", "valid_until", "uses_allowed")
    return {
        "number": permit.number,
        "holder": _name(permit.holder),
        **_fields(permit, *names, "text_sha256", "state", "revoked_at", "revoked_reason"),
        "uses": [_use(use) for use in permit.uses.all()],
    }


def _use(use: PermitUse) -> Values:
    logged: Contact | None = _one(use, "contact")
    contact = None
    if logged is not None:
        contact = {**_fields(logged, "result", "note", "logged_at"), "logged_by": _name(logged.logged_by)}
    return {
        "use": use.use_number,
        "at": use.at,
        "by": _name(use.used_by),
        "decision": use.decision_id,
        "came_of": contact,
    }


def _address(about: Any) -> Values:
    """The address that a request or an answer is about, as it is today: an erasure leaves the way."""
    point = about.contact_point
    return {"key": point.pk, "channel": point.channel, "platform": point.platform, "value": point.value}


def _fields(row: Model, *names: str) -> Values:
    return {name: getattr(row, name) for name in names}


def _name(person: User | None) -> str:
    return str(person) if person is not None else ""


def _one(row: Model, name: str) -> Any:
    """The other end of a one-to-one; None where there is none."""
    try:
        return getattr(row, name)
    except ObjectDoesNotExist:
        return None

"""What really happened, written down by whoever pressed: plain values that know nothing of the code they judge.

The judge compares each permit with this. Everything here is reckoned again in the simplest way: personnel numbers in
one spelling, days as dates, the text as it was when somebody approved it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

#: What somebody reads before approving; a change of any of these makes it another request.
WORDS = (
    "customer_id",
    "contact_point_id",
    "account_id",
    "private_account",
    "purpose",
    "draft_text",
    "contains_promotion",
    "special_category",
    "automated_call",
    "sender_clear",
    "caller_id_shown",
    "opt_out_included",
    "own_similar_products",
    "presumed_consent",
    "urgency",
    "planned_at",
    "uses_wanted",
)


def spelt(person: Any) -> str:
    """One person, by whatever account."""
    return person.person_number.strip().upper()


def words_of(request: Any) -> tuple:
    """Everything an approval is for."""
    return tuple(getattr(request, name) for name in WORDS)


@dataclass
class Standing:
    """One absence with a deputy; `until` is the last day of it, moved up when the person came back earlier."""

    person: str
    deputy: str
    since: date
    until: date
    known: datetime


@dataclass
class Approval:
    by: str
    officer: bool
    stage: int
    needed: int
    words: tuple
    at: datetime
    on: date


@dataclass
class Round:
    """One submission: what the rules said of it, and who has approved it."""

    requester: str
    editor: str
    on: date
    outcome: str
    danger: bool
    approvals: list[Approval] = field(default_factory=list)


@dataclass
class Paper:
    """The record of one history."""

    rounds: dict[int, list[Round]] = field(default_factory=dict)
    absences: list[Standing] = field(default_factory=list)
    taken: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    seen: dict[int, str] = field(default_factory=dict)

    def barred(self, at_hand: Round, at: datetime, day: date) -> set[str]:
        """Who must not have decided at `at`, which is `day` here: who asks, who wrote, and who stood in for one of them
        while it was under way. Who was named afterwards had decided before."""
        own = {at_hand.requester, at_hand.editor}
        stood_in = {
            one.deputy
            for one in self.absences
            if one.person in own and one.known <= at and one.until >= at_hand.on and one.since <= day
        }
        return own | stood_in


def judge(paper: Paper, permit: Any, request: Any) -> str:
    """What is wrong with a permit; "" where nothing is. `permit` and `request` are what the database says now."""
    last = paper.rounds[request.pk][-1]
    if request.state != "granted":
        return f"a permit of a request that is {request.state}"
    if (permit.customer_id, permit.contact_point_id, permit.account_id, permit.purpose) != (
        request.customer_id,
        request.contact_point_id,
        request.account_id,
        request.purpose,
    ):
        return "a permit for something else than was asked"
    if spelt(permit.holder) != last.requester:
        return "a permit for somebody else"
    if last.outcome == "allowed" or last.danger:
        return ""
    if not last.approvals:
        return "a permit that nobody approved"
    if last.outcome == "needs_dpo_approval" and not any(one.officer for one in last.approvals):
        return "a permit without the data protection officer"
    if any(sum(one.stage == other.stage for other in last.approvals) < one.needed for one in last.approvals):
        return "a permit before as many had approved as the stage needed"
    if len({one.by for one in last.approvals}) < len(last.approvals):
        return "two approvals of one person"
    for one in last.approvals:
        if one.by in paper.barred(last, one.at, one.on):
            return f"approved by {one.by}, who asked, wrote, or stood in for one of these"
        if one.words != words_of(request):
            return "approved for other words"
    return ""

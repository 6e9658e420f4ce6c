"""The mails of this room: put into the outbox within the transaction of what they tell about.

Contexts carry numbers and codes, never a customer's name: a mail may be read on a phone in a train.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contacts.requests.models import Absence, AfterReview, ContactRequest, Permit, PermitUse
from contacts.requests.routing.terms import Terms
from portal.access.roles import Role
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage
from portal.outbox.mornings import next_morning
from portal.people.models import User


def decision_needed(request: ContactRequest, reviewers: Iterable[User], *, at: datetime) -> None:
    for reviewer in reviewers:
        outbox.mail(to=reviewer, template="decision_needed", context=_about(request), at=at)


def not_reminded(deciding: dict[int, list[User]], *, at: datetime) -> dict[int, list[User]]:
    """Of the people who decide about requests, those who were not reminded of theirs today."""
    keys = {_reminder(key, person, at) for key, people in deciding.items() for person in people}
    told = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    left = {key: [one for one in people if _reminder(key, one, at) not in told] for key, people in deciding.items()}
    return {key: people for key, people in left.items() if people}


def _reminder(request_id: int, reviewer: User, at: datetime) -> str:
    return f"review:{request_id}:{reviewer.pk}:{at:%Y-%m-%d}"


def review_reminder(request: ContactRequest, reviewers: Iterable[User], *, at: datetime) -> None:
    for reviewer in reviewers:
        key = _reminder(request.pk, reviewer, at)
        outbox.mail(to=reviewer, template="review_reminder", context=_about(request), at=at, key=key, urgent=False)


def escalated(request: ContactRequest, stage_id: int, reviewers: Iterable[User], *, at: datetime) -> None:
    for reviewer in reviewers:
        key = f"escalated:{stage_id}:{reviewer.pk}"
        outbox.mail(to=reviewer, template="escalated", context=_about(request), at=at, key=key)


def due_soon(request: ContactRequest, stage_id: int, reviewers: Iterable[User], *, at: datetime) -> None:
    for reviewer in reviewers:
        key = f"due:{stage_id}:{reviewer.pk}"
        outbox.mail(to=reviewer, template="review_reminder", context=_about(request), at=at, key=key)


def commented(request: ContactRequest, author: User, readers: Iterable[User], *, at: datetime) -> None:
    context = _about(request) | {"author": author.get_full_name()}
    for reader in readers:
        outbox.mail(to=reader, template="commented", context=context, at=at, urgent=False)


def deputy_named(absence: Absence, *, at: datetime) -> None:
    context = {"person": str(absence.person), "starts": absence.starts.isoformat(), "ends": absence.ends.isoformat()}
    if absence.deputy is not None:
        outbox.mail(to=absence.deputy, template="deputy_named", context=context, at=at)


def danger_acted(permit: Permit, reviewers: Iterable[User], *, at: datetime) -> None:
    for reviewer in reviewers:
        outbox.mail(to=reviewer, template="danger_acted", context=_about_permit(permit), at=at)


def danger_judged(review: AfterReview, *, at: datetime) -> None:
    """Who acted hears the verdict; the officers hear of what was not justified: it may be an incident."""
    context = _about_permit(review.permit) | {"verdict": review.verdict, "reason": review.reason}
    outbox.mail(to=review.requester, template="danger_judged", context=context, at=at)
    if review.verdict == AfterReview.Verdict.NOT_JUSTIFIED:
        for officer in User.objects.with_role(Role.DPO).exclude(pk=review.reviewer_id):
            outbox.mail(to=officer, template="danger_not_justified", context=context, at=at)


def danger_overdue(review: AfterReview, *, at: datetime) -> None:
    """The officers, but not the one who acted in person, if there is another."""
    officers = User.objects.with_role(Role.DPO)
    for officer in officers.exclude(pk=review.requester_id) or officers:
        key = f"danger:{review.pk}:{officer.pk}"
        context = _about_permit(review.permit)
        outbox.mail(to=officer, template="danger_overdue", context=context, at=at, key=key)


def granted(permit: Permit, terms: Terms, *, at: datetime) -> None:
    """With what the reviewers demand, so that nobody first learns of it when the telephone is in the hand."""
    context = _about_permit(permit) | {"conditions": list(terms.words), "most_uses": terms.most_uses or 0}
    outbox.mail(to=permit.holder, template="granted", context=context, at=at)


def refused(request: ContactRequest, *, at: datetime) -> None:
    context = _about(request) | {"reason": request.refusal_reason}
    outbox.mail(to=request.requester, template="refused", context=context, at=at)


def changes_asked(request: ContactRequest, reason: str, *, proposed: bool, at: datetime) -> None:
    context = _about(request) | {"reason": reason, "proposed": proposed}
    outbox.mail(to=request.requester, template="changes_asked", context=context, at=at)


def lapsed(request: ContactRequest, *, at: datetime) -> None:
    outbox.mail(to=request.requester, template="lapsed", context=_about(request), at=at)


def revoked(permit: Permit, *, at: datetime) -> None:
    context = _about_permit(permit) | {"reason": permit.revoked_reason}
    outbox.mail(to=permit.holder, template="revoked", context=context, at=at)


def permit_ending(permit: Permit, *, at: datetime) -> None:
    """Not urgent, unless the permit will have ended by the time the bundled mail comes."""
    key, about = f"permit:{permit.pk}:ending", _about_permit(permit)
    urgent = permit.valid_until <= next_morning(at)
    outbox.mail(to=permit.holder, template="permit_ending", context=about, at=at, key=key, urgent=urgent)


def use_to_log(use: PermitUse, *, at: datetime) -> None:
    context = _about_permit(use.permit) | {"use": use.use_number}
    outbox.mail(to=use.used_by, template="use_to_log", context=context, at=at, key=f"use:{use.pk}:to_log")


def wrong_person(permit: Permit, *, at: datetime) -> None:
    """The DPO hears at once: the 72 hours of Art. 33 GDPR may have begun."""
    for officer in User.objects.with_role(Role.DPO):
        outbox.mail(to=officer, template="wrong_person", context=_about_permit(permit), at=at)


def _about(request: ContactRequest) -> dict[str, Any]:
    return {
        "number": request.number,
        "requester": request.requester.get_full_name(),
        "purpose": request.purpose,
        "channel": request.contact_point.channel,
        "platform": request.contact_point.platform,
    }


def _about_permit(permit: Permit) -> dict[str, Any]:
    return _about(permit.request) | {
        "permit": permit.number,
        "customer": permit.customer.number,
        "valid_until": permit.valid_until.isoformat(),
    }

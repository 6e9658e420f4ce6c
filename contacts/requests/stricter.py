"""Reviewers may be stricter than the rules: the conditions of a permit, and what a reviewer proposes instead. Parts of
the verbs that review and grant; they write within the transaction of those."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from contacts.policy.promotion import find_promotion
from contacts.requests.deciding import Answer, answer_question
from contacts.requests.models import CompanyAccount, Condition, ContactRequest, Proposal, Review
from contacts.requests.routing.terms import Terms, end_of, strictest_terms
from contacts.requests.rules import State, severity, valid_until
from contacts.rulebook.selectors import rule_set_in_force
from portal.vocabulary import PLATFORM_CHANNELS

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint

NO_TERMS = Terms()


def terms_of(request: ContactRequest) -> Terms:
    """The strictest conditions of the approvals of the last submission; earlier ones fell with their approvals."""
    found = Condition.objects.filter(review__request=request, review__round=request.round)
    return strictest_terms(one.terms() for one in found.order_by("pk"))


def period(terms: Terms, at: datetime) -> tuple[datetime, datetime]:
    """Until when a permit of this instant is valid, and until when the rules alone would let it be."""
    most = valid_until(at, rule_set_in_force(at).thresholds.approval_valid_days)
    return terms.until(most, _zone()), most


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


# --- conditions of an approval


def check_terms(terms: Terms, verdict: str, at: datetime) -> Terms:
    """The conditions as they are kept. Raises ValidationError for what is no condition, or would be laxer."""
    kept = replace(terms, words=tuple(word.strip() for word in terms.words if word.strip()))
    if kept and verdict != Review.Verdict.APPROVED:
        raise ValidationError(_("Conditions belong to an approval. Empty their fields, or approve."))
    if kept.most_uses is not None and kept.most_uses < 1:
        raise ValidationError({"most_uses": _("Allow at least one contact, or refuse.")})
    if kept.last_day is not None:
        _check_day(kept, at)
    return kept


def _check_day(terms: Terms, at: datetime) -> None:
    assert terms.last_day is not None
    _until, most = period(NO_TERMS, at)
    if end_of(terms.last_day, _zone()) <= at:
        raise ValidationError({"last_day": _("This day has passed. Choose today or a later day.")})
    if terms.last_day >= timezone.localdate(most):
        day = date_format(timezone.localdate(most), "SHORT_DATE_FORMAT")
        raise ValidationError(
            {"last_day": _("The rules let the permit end on %(day)s anyway. Choose an earlier day.") % {"day": day}}
        )


def attach(review: Review, terms: Terms) -> dict[str, Any]:
    """Keep the conditions of an approval; returns what the audit entry says about them."""
    if not terms:
        return {}
    words = "\n".join(terms.words)
    Condition.objects.create(review=review, last_day=terms.last_day, most_uses=terms.most_uses, words=words)
    said = {"last_day": terms.last_day, "most_uses": terms.most_uses, "conditions": bool(words) or None}
    return {name: value for name, value in said.items() if value is not None}


# --- what to change, ready to be taken over


@dataclass(frozen=True)
class Wish:
    """Another address, account or text. Account None: the official one for the channel."""

    contact_point: ContactPoint
    account: CompanyAccount | None
    draft_text: str


def proposed(request: ContactRequest, given: Answer, wish: Wish | None) -> Proposal | None:
    """The proposal that a wish comes to, not saved; None where nothing would be different.

    Raises ValidationError where the rules are stricter about it than about what was asked: whoever took it over would
    be worse off than before.
    """
    if wish is None:
        return None
    point = wish.contact_point
    moved = point.pk != request.contact_point_id
    account = wish.account or (given.context.default_account(point) if moved else request.account)
    text = "\n".join(wish.draft_text.splitlines()).strip()
    same_text = text == "\n".join(request.draft_text.splitlines()).strip()
    different = {
        "contact_point": moved,
        "account": (account.pk if account else None) != request.account_id,
        "draft_text": not same_text,
    }
    changes = [name for name, differs in different.items() if differs]
    if not changes:
        return None
    _check_fit(point, account, given)
    outcome = _outcome(request, given, point, account, request.draft_text if same_text else text)
    if severity(outcome) > severity(given.outcome) or outcome == "forbidden":
        raise ValidationError(
            _("The rules are stricter about what you propose than about what was asked. Propose something else.")
        )
    kept = request.draft_text if same_text else text
    return Proposal(contact_point=point, account=account, draft_text=kept, changes=changes, outcome=outcome)


def _check_fit(point: ContactPoint, account: CompanyAccount | None, given: Answer) -> None:
    if point.pk not in {one.pk for one in given.context.points}:
        raise ValidationError({"contact_point": _("This address is no longer used. Choose another one.")})
    if account is None and point.channel in PLATFORM_CHANNELS:
        raise ValidationError({"account": _("The company has no account for this address. Propose another one.")})
    if account is not None and (account.channel, account.platform) != (point.channel, point.platform):
        raise ValidationError(
            {"account": _("This account does not fit the channel of the address. Choose one that does.")}
        )


def _outcome(
    request: ContactRequest, given: Answer, point: ContactPoint, account: CompanyAccount | None, text: str
) -> str:
    """What the rules say about the proposal now. Nobody has disputed what is found in another text."""
    same = text == request.draft_text
    promotes = given.question.contains_promotion if same else request.contains_promotion or bool(find_promotion(text))
    disputed = same and given.question.promotion_disputed
    question = replace(
        given.question,
        point=point,
        account=account,
        private_account=False,
        contains_promotion=promotes,
        promotion_disputed=disputed,
    )
    return answer_question(given.context, question).outcome


def propose(review: Review, proposal: Proposal | None) -> dict[str, Any]:
    """Keep the proposal with its verdict; returns what the audit entry says about it."""
    if proposal is None:
        return {}
    proposal.review = review
    proposal.save(force_insert=True)
    return {"proposed": proposal.changes}


def proposal_of(request: ContactRequest) -> Proposal | None:
    """What the last reviewer of a draft proposes; None where there is nothing to take over (any more)."""
    if request.state != State.DRAFT or request.submitted_at is None:
        return None
    related = ("reviewer", "proposal__contact_point", "proposal__account")
    last = request.reviews.select_related(*related).order_by("-pk").first()
    return getattr(last, "proposal", None)

"""Answering another system: find whom it means, decide, keep the answer. Four statements, the same for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import normalise_address
from contacts.policy.promotion import find_promotion
from contacts.requests.api_bodies import demand_one_account
from contacts.requests.context import Context, Question, load
from contacts.requests.deciding import ASKERS, Answer, answer_question
from contacts.requests.frequency import counting_since, levels_of, made_since
from contacts.requests.models import CompanyAccount, GivenDecision, PermitUse
from contacts.requests.past import Past, assumed_as_today, later_entries
from contacts.requests.promotion import fingerprint
from contacts.requests.told_again import for_whom, kept_answers, repeated
from contacts.requests.validity import holds_until
from contacts.requests.verdicts import words_of
from contacts.rulebook.selectors import coming_rows, next_rule_set_from, rule_set_from
from contacts.rulebook.selectors import rows_to_read as rule_rows
from portal.audit.services import Job, record_with
from portal.machines.problems import Problem, unprocessable
from portal.machines.rest import demand_asker
from portal.people.models import Department, User
from portal.together import Together
from portal.vocabulary import PLATFORM_CHANNELS
from portal.written import Written, joined, written

if TYPE_CHECKING:
    from contacts.requests.api_bodies import Asked
    from contacts.requests.caps import Level
    from portal.machines.models import ApiToken

AHEAD = timedelta(days=366)
BACK = timedelta(days=3653)
#: Two clocks that differ by less than this mean the same instant.
CLOCKS = timedelta(minutes=5)
FLAGS = (
    "purpose",
    "private_account",
    "special_category",
    "automated_call",
    "sender_clear",
    "caller_id_shown",
    "opt_out_included",
    "own_similar_products",
    "urgency",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One call: by which system, under which Idempotency-Key, with what in it."""

    token: ApiToken
    key: str | None
    digest: str
    at: datetime


def give_decision(token: ApiToken, *, asked: Asked, key: str | None, digest: str, at: datetime) -> Written:
    """The answer, recorded with its facts; for a repeated call the first answer.

    Raises Problem 404 for a customer that is not there, 409 for a key that came with another body, 422 for a field
    that cannot be taken over, 403 where the person in whose place the system asks may not ask any more.
    """
    sent, when = Sent(token, key, digest, at), _instant(asked.at, at)
    _demand_one_way(asked)
    return _given(sent, asked, when)


def _given(sent: Sent, asked: Asked, when: datetime) -> Written:
    is_past = when < sent.at
    found = _FOUND(
        token=sent.token.pk,
        key=sent.key,
        person=sent.token.acts_for_id,
        customer=asked.customer_id,
        number=asked.customer,
        channel=asked.channel,
        platform=asked.platform or "",
        address=_spelt(asked),
        when=when,
        then=when if is_past else None,
        since=counting_since(when),
    )
    requester = _requester(sent.token, found["people"], found["departments"])
    for earlier in found.get("earlier", ()):
        return written(repeated(earlier, digest=sent.digest, at=sent.at))
    customer = _the_one(found["customers"], asked)
    past = Past.of(when, found) if is_past else None
    start = (tuple(found["points"]), rule_set_from(found["rules"]))
    context = load(customer, requester, at=when, start=start, past=past)
    given = answer_question(context, _question(context, asked))
    levels = levels_of(given, found["made"], context.at)
    return _keep(sent, asked, given, levels, next_rule_set_from(found["coming"], context.rules))


def _meant(
    *,
    token: int,
    key: str | None,
    person: int | None,
    customer: int | None,
    number: str | None,
    when: datetime,
    then: datetime | None,
    since: datetime,
    **way: str,
) -> dict[str, QuerySet[Any]]:
    """Whom a call means, in whose place it comes, the answer that it had before, and the contacts that caps count.
    `then` is `when`, where that has gone by."""
    customers = _customers(customer, number, then, **way)
    meant = customers.order_by()[:2]
    points = ContactPoint.objects.filter(customer__in=meant)
    made = made_since(PermitUse.objects.filter(permit__customer__in=meant), since)
    return {
        "customers": customers[:2],
        "points": points if then else points.filter(retired_at__isnull=True),
        "people": User.objects.filter(pk=person),
        "departments": Department.objects.filter(people=person).order_by(),
        "made": made.filter(at__lte=when) if then else made,
        "rules": rule_rows(when),
        "coming": coming_rows(when),
        **({"earlier": kept_answers().filter(token=token, key=key)} if key else {}),
        **(later_entries(meant, then) if then else {}),
    }


_FOUND = Together(_meant)


def _requester(token: ApiToken, people: list[User], departments: list[Department]) -> User:
    """The person in whose place the system asks; else nobody, who has learnt nothing."""
    if token.acts_for_id is None:
        return User()
    person = people[0] if people else None
    demand_asker(person, *ASKERS)
    if person is None:
        return User()
    person.department = departments[0] if departments else None
    return person


def _instant(words: str | None, now: datetime) -> datetime:
    """The instant that a system names; now without one, and where its clock only differs from ours. Raises Problem 422
    for what is no instant, and for one too far away."""
    if words is None:
        return now
    try:
        at = datetime.fromisoformat(words).astimezone(UTC) if "T" in words else None
        aware = at is not None and datetime.fromisoformat(words).tzinfo is not None
    except (ValueError, OverflowError):
        at, aware = None, False
    if at is None or not aware:
        raise unprocessable({"at": [_("This must be an instant with its offset, as in 2026-12-01T10:00:00+01:00.")]})
    if not now - BACK <= at <= now + AHEAD:
        raise unprocessable({"at": [_("Name an instant at most ten years back and at most a year ahead.")]})
    return now if now - CLOCKS <= at <= now else at


def _demand_one_way(asked: Asked) -> None:
    if (asked.channel in PLATFORM_CHANNELS) != (asked.platform is not None):
        sentence = _("Messengers and networks have a platform, other channels have none.")
        raise unprocessable({"platform": [sentence]})
    demand_one_account(asked.account, private=asked.private_account)
    if asked.customer_id is not None and asked.customer is not None:
        raise unprocessable({"customer": [_("Name the customer by the number or by the key, not by both.")]})
    if asked.customer_id is None and asked.customer is None and asked.address is None:
        raise unprocessable({"customer": [_("Name the customer, or an address that only one customer has.")]})


def _customers(
    customer: int | None, number: str | None, then: datetime | None, *, channel: str, platform: str, address: str
) -> QuerySet[Customer]:
    """Whom it means; an address that is no longer used means who used it `then`."""
    present = Customer.objects.filter(anonymised_at__isnull=True).order_by("pk")
    if customer is not None:
        return present.filter(pk=customer)
    if number is not None:
        return present.filter(number__iexact=number)
    in_use = Q(retired_at__isnull=True)
    if then is not None:
        in_use |= Q(retired_at__gt=then)
    has_it = ContactPoint.objects.filter(in_use, channel=channel, platform=platform, normalised=address)
    return present.filter(pk__in=has_it.order_by().values("customer"))


def _spelt(asked: Asked) -> str:
    return normalise_address(asked.channel, asked.platform or "", asked.address or "")


def _the_one(customers: list[Customer], asked: Asked) -> Customer:
    if not customers:
        raise Problem(404, _("There is no such customer."))
    if len(customers) > 1:
        raise unprocessable({"address": [_("Several customers have this address. Name the customer as well.")]})
    return customers[0]


def _question(context: Context, asked: Asked) -> Question:
    point = _point(context, asked)
    return Question(
        point=point,
        account=None if asked.private_account else _account(context, point, asked),
        contains_promotion=asked.contains_promotion or bool(find_promotion(asked.draft_text or "")),
        presumed_consent="documented" if asked.presumed_consent_documented else "",
        **{name: getattr(asked, name) for name in FLAGS},
    )


def _point(context: Context, asked: Asked) -> ContactPoint:
    """The address to use: the only one of the channel, or the one that was named."""
    way = (asked.channel, asked.platform or "")
    fitting = [point for point in context.points if (point.channel, point.platform) == way]
    if asked.address is not None:
        fitting = [point for point in fitting if point.normalised == _spelt(asked)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise unprocessable({"address": [_("The customer has several addresses for this channel. Name one.")]})
    raise unprocessable({"channel": [_("The customer has no such address for this channel.")]})


def _account(context: Context, point: ContactPoint, asked: Asked) -> CompanyAccount | None:
    if asked.account is None:
        return context.default_account(point)
    way = (point.channel, point.platform)
    for account in context.accounts:
        if account.pk == asked.account and (account.channel, account.platform) == way:
            return account
    raise unprocessable({"account": [_("No open company account has this key for this channel.")]})


def _keep(
    sent: Sent, asked: Asked, given: Answer, frequency: list[Level], other_rules_from: datetime | None
) -> Written:
    context, question = given.context, given.question
    facts, verdict = words_of(given.decision, given.outcome)
    row = GivenDecision(
        token=sent.token,
        acts_for=context.requester if context.requester.pk else None,
        key=sent.key,
        body_digest=sent.digest,
        customer=context.customer,
        contact_point=question.point,
        account=question.account,
        purpose=question.purpose,
        draft_sha256=fingerprint(asked.draft_text) if asked.draft_text else "",
        at=context.at,
        made_at=sent.at,
        facts=facts,
        rule_set=given.decision.rule_set,
        rule_set_hash=given.decision.rule_set_hash,
        outcome=given.outcome,
    )
    about = written(_told(row, given, frequency, other_rules_from))
    row.answer = joined(about, Written(f'{{"facts": {facts}}}'), verdict)
    after = {"outcome": given.outcome, "purpose": question.purpose, "channel": question.point.channel}
    if context.past is not None:
        after["about_at"] = context.at.isoformat()
    actor = Job(f"api:{sent.token.name}")
    told = {"at": sent.at, "customer_id": context.customer.pk, "after": after}
    if record_with(row, actor, "decision.given", "decision", row.pk, once=("token_id", "key"), **told):
        return joined(row.answer, written(for_whom(row)))
    # The same key at the same instant: the other call was first, and its answer is everybody's.
    earlier = kept_answers().get(token=sent.token, key=sent.key)
    return written(repeated(earlier, digest=sent.digest, at=sent.at))


def _told(
    row: GivenDecision, given: Answer, frequency: list[Level], other_rules_from: datetime | None
) -> dict[str, Any]:
    context = given.context
    is_past = context.past is not None
    until = None if is_past else holds_until(given, other_rules_from=other_rules_from)
    full = next((level for level in frequency if level.is_full), None)
    return {
        "id": str(row.pk),
        "customer": context.customer.number,
        "customer_id": context.customer.pk,
        "contact_point": given.question.point.pk,
        "account": given.question.account.pk if given.question.account is not None else None,
        "at": context.at.isoformat(),
        "made_at": row.made_at.isoformat(),
        "in_past": is_past,
        "holds_until": until.isoformat() if until is not None else None,
        "assumed_as_today": assumed_as_today(context, given.question),
        "not_before": full.next_at.isoformat() if full is not None and full.next_at is not None else None,
        "frequency": [_window(level) for level in frequency],
    }


def _window(level: Level) -> dict[str, Any]:
    next_at = level.next_at.isoformat() if level.next_at is not None else None
    return {"days": level.cap.days, "most": level.cap.most, "made": level.made, "next_at": next_at}

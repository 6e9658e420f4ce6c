"""One question about several customers: what the rules say of each, and what sending would do. Pure reading; the verb
is `services.asking_together`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from contacts.requests import presenting
from contacts.requests.context import ASKED, Context, Question
from contacts.requests.deciding import answer_question, awake_and_trained
from contacts.requests.models import CompanyAccount, ContactRequest, Permit
from contacts.requests.promotion import promotion_of
from contacts.requests.rules import PermitState
from contacts.requests.several import load_several

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint, Customer
    from portal.people.models import User

#: As many as a person can still read on the page of checking; a page of the list has fewer.
MOST = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """The same question for everybody: over which way, from which account (None: the one that is taken where nobody
    chooses), and the fields of a question."""

    channel: str
    platform: str
    account: CompanyAccount | None
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One customer. `outcome` is empty where there is nothing to ask the rules; `because` says why in sentences: why
    nothing can be sent, or why somebody has to decide. `passes`: it is a no only until contact hours begin or a course
    is taken, as the list of customers says it."""

    customer: Customer
    point: ContactPoint | None
    account: CompanyAccount | None
    outcome: str
    because: tuple[str, ...]
    sends: bool
    passes: bool = False


def rows_of(user: User, customers: Sequence[Customer], wish: Wish, *, at: datetime) -> list[Row]:
    """What would become of each, by the rules and facts of this instant. The same number of queries for any number."""
    contexts = load_several(customers, user, at=at)
    asked = {name: value for name, value in wish.fields.items() if name in ASKED}
    draft = ContactRequest(**{name: wish.fields[name] for name in ("purpose", "draft_text", "contains_promotion")})
    asked["contains_promotion"] = promotion_of(draft).promotes
    held = _held(user, customers, wish, at)
    return [_row(contexts[customer.pk], wish, asked, held) for customer in customers]


def _held(user: User, customers: Sequence[Customer], wish: Wish, at: datetime) -> dict[int, str]:
    """The numbers of own permits for this reason that can be used, by the keys of their addresses."""
    mine = Permit.objects.filter(
        holder=user, customer__in=[one.pk for one in customers], purpose=wish.fields["purpose"], valid_until__gt=at
    )
    return {permit.contact_point_id: permit.number for permit in mine.filter(state=PermitState.ACTIVE)}


def _row(context: Context, wish: Wish, asked: Mapping[str, Any], held: Mapping[int, str]) -> Row:
    way = (wish.channel, wish.platform)
    points = [point for point in context.points if (point.channel, point.platform) == way]
    if len(points) != 1:
        why = _("Several addresses of this kind: ask alone.") if points else _("No address of this kind.")
        return Row(context.customer, None, None, "", (why,), sends=False)
    point = points[0]
    account = wish.account or context.default_account(point)
    given = answer_question(context, Question(point=point, account=account, **asked))
    deciding = given.decision.deciding if given.outcome != "allowed" else ()
    because = tuple(presenting.reason_of(finding.rule) for finding in deciding)
    if point.pk in held:
        because = (_("You already hold permit %(number)s for this address and reason.") % {"number": held[point.pk]},)
    is_no = given.outcome == "forbidden"
    passes = is_no and awake_and_trained(given).outcome.value != "forbidden"
    return Row(context.customer, point, account, given.outcome, because, not is_no and point.pk not in held, passes)

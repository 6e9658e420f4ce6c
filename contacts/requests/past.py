"""Facts of an earlier day: what has its own history is read as of then, and what only has its present state is put
back by the audit trail, which says before each change what there was.

What neither knows is taken as it is today, and `assumed_as_today` names the facts that rest on it
(docs/decisions/0030). What people entered later about an earlier day counts for that day: the answer is about what was
so, not about what was known; what was known stands in the decisions that were recorded then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from contacts import policy
from contacts.customers.models import ContactPoint, Customer, SuppressionList
from contacts.customers.services import EDITABLE as CUSTOMER_FIELDS
from contacts.requests.account_services import EDITABLE as ACCOUNT_FIELDS
from contacts.requests.models import CompanyAccount
from portal.audit.models import AuditEntry
from portal.audit.rules.leaf import ERASED

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from contacts.requests.context import Context, Question

OF_A_PERSON = (
    "customer.changed",
    "customer.import_undone",
    "contact_point.verified",
    "contact_point.doubted",
    "opt_in.deleted",
)
OF_THE_COMPANY = (
    "account.created",
    "account.profile_registered",
    "account.changed",
    "account.approved",
    "account.closed",
    "platform.reviewed",
)
#: The facts that come from the customer's row: before it was there nothing is known of them.
FROM_THE_ROW = (
    "customer_kind",
    "relationship",
    "months_since_last_transaction",
    "robinson_listed",
    "minor",
    "parental_consent",
    "quiet_hours",
)


@dataclass(frozen=True, slots=True)
class Later:
    """One change after the instant in question, and what there was before it."""

    verb: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]


def later_entries(customers: QuerySet[Customer], at: datetime) -> dict[str, QuerySet[Any, Any]]:
    """What the trail says of changes after an instant, the latest first, to be read together with other things."""
    later = AuditEntry.objects.filter(at__gt=at).order_by("-pk").values_list("verb", "subject_id", "before", "after")
    return {
        "later_of_person": later.filter(verb__in=OF_A_PERSON, customer_id__in=customers.values("pk")),
        "later_of_company": later.filter(verb__in=OF_THE_COMPANY),
    }


def lists_renewed_since(at: datetime) -> QuerySet[SuppressionList, str]:
    """What only the past asks for, to be read together with the facts."""
    return SuppressionList.objects.filter(refreshed_at__gt=at).order_by().values_list("effect", flat=True)


@dataclass(frozen=True, slots=True)
class Past:
    """An instant that has gone by, and what was changed after it."""

    at: datetime
    of_person: tuple[Later, ...]
    of_company: tuple[Later, ...]
    #: What the lists do that have been replaced since: whom they named then, they do not tell.
    lists_renewed: frozenset[str] = frozenset()

    @classmethod
    def of(cls, at: datetime, read: Mapping[str, Iterable[Any]]) -> Past:
        """From the rows of `later_entries`."""
        person, company = (tuple(Later(*row) for row in read[name]) for name in ("later_of_person", "later_of_company"))
        return cls(at, person, company)

    def knowing(self, read: Mapping[str, Iterable[Any]]) -> Past:
        """With what `lists_renewed_since` has found."""
        return replace(self, lists_renewed=frozenset(read["lists_renewed"]))

    def customer(self, customer: Customer) -> Customer:
        """A copy with the fields of then."""
        then = copy(customer)
        for change in self.of_person:
            if change.verb.startswith("customer."):
                _put_back(then, change.before, CUSTOMER_FIELDS)
        return then

    def points(self, points: Iterable[ContactPoint], zone: str) -> list[ContactPoint]:
        """Copies of the addresses that were there and in use, verified as then."""
        day = self.at.astimezone(ZoneInfo(zone)).date()
        there = [point for point in points if point.collected_on <= day]
        return [self._point(point) for point in there if _after(point.retired_at, self.at)]

    def _point(self, point: ContactPoint) -> ContactPoint:
        then = copy(point)
        for change in self.of_person:
            if change.subject == str(point.pk) and change.verb.startswith("contact_point."):
                _put_back(then, {"verified_at": None} | change.before, ("verified_at",))
        return then

    def accounts(self, accounts: Iterable[CompanyAccount], day: date) -> tuple[CompanyAccount, ...]:
        """Copies of the accounts that were open."""
        found = [self._account(account, day) for account in accounts]
        return tuple(account for account in found if account is not None)

    def _account(self, account: CompanyAccount, day: date) -> CompanyAccount | None:
        then, approved = copy(account), account.approved_at is not None and account.approved_at <= self.at
        for change in self.of_company:
            if change.subject != str(account.pk) or not change.verb.startswith("account."):
                continue
            if change.verb in ("account.created", "account.profile_registered"):
                return None
            _put_back(then, change.before, ACCOUNT_FIELDS)
            approved = change.before.get("approved", approved)
        was_open = approved and _after(account.closed_at, self.at) and then.is_valid_on(day)
        return then if was_open else None

    def platforms(self, statuses: Mapping[str, str]) -> dict[str, str]:
        """The reviews of the platforms as they stood."""
        then = dict(statuses)
        for change in self.of_company:
            if change.verb == "platform.reviewed":
                then[change.subject] = change.before["status"]
        return then


def assumed_as_today(context: Context, question: Question) -> list[str]:
    """The facts of which nobody can say how they stood that day, by their names, in the order of `Facts`."""
    past, unsure = context.past, set[str]()
    if past is None:
        return []
    if past.at < context.customer.created_at:
        unsure |= set(FROM_THE_ROW)
    if context.requester.pk is not None:
        unsure.add("requester_department")
    if question.account is not None and question.account.is_profile:
        unsure.add("sending_account")  # whether its holder worked in the same department
    if SuppressionList.Effect.ROBINSON in past.lists_renewed:
        unsure.add("robinson_listed")
    if SuppressionList.Effect.MARKETING in past.lists_renewed:
        unsure |= {"objection", "s7_3"}
    if question.point.channel == "email" and _sign_up_gone(past, context.effective_purpose(question)):
        unsure.add("consent_state")
    return [name for name in policy.Facts.__slots__ if name in unsure]


def _sign_up_gone(past: Past, purpose: str) -> bool:
    """Whether a sign-up has been deleted since that may have waited then for its confirmation."""
    gone = [change.after for change in past.of_person if change.verb == "opt_in.deleted"]
    return any(said.get("purpose") == purpose and not said.get("confirmed") for said in gone)


def _after(end: datetime | None, at: datetime) -> bool:
    return end is None or end > at


def _put_back(row: Model, before: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in names:
        if name in before and before[name] != ERASED:
            field = row._meta.get_field(name)
            setattr(row, field.attname, field.to_python(before[name]))  # type: ignore[union-attr]

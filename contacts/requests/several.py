"""The contexts of several customers, each as `context.load` reads it of one, in a number of statements that does not
grow with them: for lists on a page (docs/decisions/0054). Whole companies are answered by screenings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import F, Max, Value
from django.db.models.functions import Greatest

from consent import several
from consent.selectors import consents_from, next_setting_from
from contacts.customers.models import ContactPoint, InboundContact, Objection, Restriction
from contacts.customers.selectors import moment
from contacts.customers.suppression.standing import digests_of, kept_under, standing_from, words_from
from contacts.policy.settings import LIMITS
from contacts.requests.context import Context
from contacts.requests.presence import Presence, presence_on
from contacts.rulebook.selectors import rule_set_in_force
from contacts.thresholds import consent_thresholds
from training.selectors import Licences, training_of

if TYPE_CHECKING:
    from contacts import policy
    from contacts.customers.models import Customer
    from portal.people.models import User

#: No rule set counts what a customer began longer ago than this.
LONGEST_WINDOW = timedelta(days=LIMITS["inbound_window_days"][1])


def load_several(customers: Sequence[Customer], requester: User, *, at: datetime) -> dict[int, Context]:
    """What decisions about each of these customers by this employee need, by the keys of the customers. Raises
    KeysMissing, as for one. The statements see no common snapshot: to be shown, and decided anew by whoever acts."""
    reading = _Reading(customers, requester, at)
    return {customer.pk: reading.context(customer) for customer in customers}


@dataclass
class _Reading:
    """Everything read in sets; what depends on a local day or on an instant once for each of them."""

    customers: Sequence[Customer]
    requester: User
    at: datetime
    _senders: dict[date, tuple[Presence, Licences]] = field(default_factory=dict)
    _rules: dict[datetime, policy.RuleSet] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = self.keys = [customer.pk for customer in self.customers]
        self.points = _by_customer(keys, ContactPoint.objects.filter(customer__in=keys, retired_at__isnull=True))
        self.digests = {one.pk: digests_of(self.points[one.pk], one) for one in self.customers}
        every = sorted({digest for mine in self.digests.values() for several in mine.values() for digest in several})
        self.refused = words_from(kept_under(every))
        said = Objection.objects.filter(customer__in=keys).order_by()
        self.objections = _rows(keys, said.values_list("customer", "scope", "channel", "received_at"))
        held = Restriction.objects.filter(customer__in=keys).order_by()
        self.restrictions = _rows(keys, held.values_list("customer", "since", "until"))
        self.inbound = _rows(keys, _inbound(keys, self.at))
        self.consents = several.rows_of(keys, at=self.at)

    def context(self, customer: Customer) -> Context:
        at, zone, key = moment(customer, self.at), ZoneInfo(customer.timezone), customer.pk
        rules, (presence, training) = self._rules_at(at), self._sender(at.astimezone(zone).date())
        read, thresholds = self.consents[key], consent_thresholds(rules.thresholds)
        consents, sign_ups = consents_from(read, key, at=at, zone=zone, thresholds=thresholds)
        inbound = self._inbound_until(key, at, timedelta(days=rules.thresholds.inbound_window_days))
        return Context(
            customer=customer,
            requester=self.requester,
            at=at,
            points=tuple(self.points[key]),
            objections=tuple(self.objections[key]),
            restricted=any(since <= at and (until is None or until > at) for since, until in self.restrictions[key]),
            suppressed=standing_from(self.refused, self.digests[key]),
            consents=consents,
            sign_ups=tuple(sign_ups),
            inbound=frozenset(inbound),
            presence=presence,
            training=training,
            zone=zone,
            rules=rules,
            inbound_until=inbound,
            consents_change_at=next_setting_from(read, at=at),
        )

    def _inbound_until(self, key: int, at: datetime, window: timedelta) -> dict[tuple[str, str], datetime]:
        return {
            (channel, platform): last + window for channel, platform, last in self.inbound[key] if last > at - window
        }

    def _rules_at(self, at: datetime) -> policy.RuleSet:
        if at not in self._rules:
            self._rules[at] = rule_set_in_force(at)
        return self._rules[at]

    def _sender(self, day: date) -> tuple[Presence, Licences]:
        if day not in self._senders:
            self._senders[day] = presence_on(day, self.requester), training_of(self.requester.pk or 0, today=day)
        return self._senders[day]


def _inbound(keys: list[int], at: datetime) -> Any:
    """The last contact in each way, up to the instant of each customer (`selectors.moment`)."""
    begun = InboundContact.objects.filter(
        customer__in=keys, at__lte=Greatest(Value(at), F("customer__ticked_at")), at__gt=at - LONGEST_WINDOW
    )
    return begun.order_by().values_list("customer", "channel", "platform").annotate(last=Max("at"))


def _by_customer(keys: list[int], points: Any) -> dict[int, list[ContactPoint]]:
    found: dict[int, list[ContactPoint]] = {key: [] for key in keys}
    for point in points:
        found[point.customer_id].append(point)
    return found


def _rows(keys: list[int], rows: Any) -> dict[int, list[Any]]:
    """Rows by the customer that each begins with, without it."""
    found: dict[int, list[Any]] = {key: [] for key in keys}
    for key, *values in rows:
        found[key].append(tuple(values))
    return found

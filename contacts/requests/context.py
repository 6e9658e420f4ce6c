"""Facts from the database: everything about one customer and one employee in a fixed number of statements.

`load` reads once; `facts` is then pure, so the question itself and all its neighbours (other addresses, other
accounts) are answered from the same reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Max

from consent.selectors import NO_CONSENT, ConsentAnswer, SignUp, consents_from, next_setting_from
from consent.selectors import rows_to_read as consent_rows
from contacts import policy
from contacts.calendar import quiet_hours
from contacts.customers.models import InboundContact, Objection
from contacts.customers.rules import minor_on
from contacts.customers.selectors import moment, restricted_at, usable_points
from contacts.customers.suppression.standing import digests_of, kept_under, standing_from, words_from
from contacts.policy.moments import months_between
from contacts.requests.models import CompanyAccount, PlatformRegistration
from contacts.requests.past import Past, lists_renewed_since
from contacts.requests.presence import Presence
from contacts.rulebook.selectors import rows_to_read as rule_rows
from contacts.rulebook.selectors import rule_set_from
from contacts.thresholds import consent_thresholds
from portal.together import Together
from training.selectors import Licences, licences_from
from training.selectors.licences import rows_to_read as training_rows

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from contacts.customers.models import ContactPoint, Customer
    from contacts.requests.models import ContactRequest
    from contacts.requests.promotion import PromotionReading
    from portal.people.models import User

#: The usable addresses of a customer, and the rule set in force.
Start = tuple[tuple["ContactPoint", ...], policy.RuleSet]
OWN_SOURCES = ("data_subject", "contract_record")
ORDINARY_CHANNELS = ("letter", "phone", "email")


@dataclass(frozen=True, slots=True)
class Question:
    """What an employee asks: over which address, from which account, for which reason.

    `account` is None where the company has none for the channel, or where `private_account` is meant.
    """

    point: ContactPoint
    account: CompanyAccount | None
    purpose: str
    private_account: bool = False
    contains_promotion: bool = False
    # The requester says that promotional wording is none; somebody else has to agree.
    promotion_disputed: bool = False
    special_category: bool = False
    automated_call: bool = False
    sender_clear: bool = True
    caller_id_shown: bool = True
    opt_out_included: bool = False
    own_similar_products: bool = False
    presumed_consent: str = ""
    urgency: str = "normal"
    planned_at: datetime | None = None

    @classmethod
    def of(cls, request: ContactRequest, promotion: PromotionReading) -> Question:
        asked = {name: getattr(request, name) for name in ASKED}
        asked |= {"contains_promotion": promotion.promotes, "promotion_disputed": promotion.in_force}
        return cls(point=request.contact_point, account=request.account, **asked)


ASKED = (
    "purpose",
    "private_account",
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
)


@dataclass(frozen=True)
class Context:
    """One reading of the database for one customer, one employee, one instant."""

    customer: Customer
    requester: User
    at: datetime
    points: tuple[ContactPoint, ...]
    objections: tuple[tuple[str, str, datetime], ...]
    #: Processing is restricted (Art. 18 GDPR): no consent lifts that.
    restricted: bool
    suppressed: dict[int, frozenset[tuple[str, datetime]]]
    consents: dict[tuple[str, str, str], ConsentAnswer]
    sign_ups: tuple[SignUp, ...]
    inbound: frozenset[tuple[str, str]]
    presence: Presence
    training: Licences
    zone: ZoneInfo
    #: The rule set in force at that instant: what decides, and what the facts are measured by.
    rules: policy.RuleSet
    #: When what the customer began on a way no longer counts, by channel and platform.
    inbound_until: dict[tuple[str, str], datetime] = field(default_factory=dict)
    #: From when other settings count for how long consents last.
    consents_change_at: datetime | None = None
    #: Where the instant has gone by: what was changed after it.
    past: Past | None = None

    def facts(self, question: Question) -> policy.Facts:
        """The frozen input of one decision, exactly the names of policy.md section 1."""
        point, consent = question.point, self.consent(question)
        objection = self.objection(point, consent)
        return policy.Facts(
            customer_kind=policy.CustomerKind(self.customer.kind),
            relationship=policy.Relationship(self.customer.relationship),
            purpose=policy.Purpose(question.purpose),
            contains_promotion=question.contains_promotion,
            channel=policy.Channel(point.channel),
            platform=policy.Platform(point.platform) if point.platform else None,
            consent_state=policy.ConsentState(consent.state),
            consent_proof=consent.proof,
            customer_initiated_on_channel=(point.channel, point.platform) in self.inbound,
            presumed_consent_documented=bool(question.presumed_consent.strip()),
            s7_3=policy.Section73(
                address_from_sale=point.address_from_sale,
                own_similar_products=question.own_similar_products,
                not_objected=objection == "none",
                notice_at_collection_and_each_use=point.notice_at_collection and question.opt_out_included,
            ),
            months_since_last_transaction=self._months(),
            objection=policy.Objection(objection),
            robinson_listed=self.customer.robinson_listed or self._on_robinson_list(point),
            contact_source=policy.ContactSource(point.source),
            identity_verified=point.verified_at is not None,
            sending_account=policy.SendingAccount(self._sending_account(question)),
            company_present_on_platform=self.presence.present(point.channel, point.platform),
            platform_status=policy.PlatformStatus(self.presence.status(point.platform)),
            address_book_isolated=question.account is not None and question.account.address_book_isolated,
            requester_training=policy.Training(self.training.for_channel(point.channel)),
            minor=policy.Minor(minor_on(self.customer.birth_date, self.local_day(), self.rules.thresholds.child_age)),
            parental_consent=self.customer.parental_consent,
            quiet_hours=quiet_hours(question.planned_at or self.at, self.zone, self.rules.thresholds.contact_hours),
            special_category=question.special_category,
            automated_call=question.automated_call and point.channel == "phone",
            sender_identity_clear=question.sender_clear,
            caller_id_shown=question.caller_id_shown,
            opt_out_included=question.opt_out_included,
            alternative_channel_available=self._alternative(point),
            urgency=policy.Urgency(question.urgency),
            requester_department=str(self.requester.department or ""),
        )

    def local_day(self) -> date:
        return self.at.astimezone(self.zone).date()

    def objection(self, point: ContactPoint, consent: ConsentAnswer = NO_CONSENT) -> str:
        """The strictest refusal that binds this address, for the purpose of `consent`.

        An objection has no expiry and a new purchase does not cancel it (Art. 21(3) GDPR). Only a new, provable act
        of the customer does, for what that act is about and as long as it stands. A restriction counts as a full block.
        """
        said = [(scope, since) for scope, channel, since in self.objections if channel in ("", point.channel)]
        said += [(word, since) for word, since in self._standing(point) if word != "robinson"]
        scopes = {scope for scope, since in said if not consent.lifts(since)}
        if self.restricted or "full_block" in scopes:
            return "full_block"
        return "marketing_objection" if scopes else "none"

    def _on_robinson_list(self, point: ContactPoint) -> bool:
        return any(word == "robinson" for word, _since in self._standing(point))

    def _standing(self, point: ContactPoint) -> frozenset[tuple[str, datetime]]:
        """What the suppression and the external lists say about this one address, and since when."""
        return self.suppressed.get(point.pk, frozenset())

    def consent(self, question: Question) -> ConsentAnswer:
        """The consent for the effective purpose, as far as it reaches this address: a promotion makes it advertising
        (rule PUR-01)."""
        key = (self.effective_purpose(question), question.point.channel, question.point.platform)
        return self.consents.get(key, NO_CONSENT).at_address(question.point)

    def effective_purpose(self, question: Question) -> str:
        return str(policy.effective_purpose(policy.Purpose(question.purpose), question.contains_promotion))

    @property
    def accounts(self) -> tuple[CompanyAccount, ...]:
        return self.presence.accounts

    def default_account(self, point: ContactPoint) -> CompanyAccount | None:
        """The open company account for an address (`Presence.default_account`)."""
        return self.presence.default_account(point.channel, point.platform)

    def _months(self) -> int | None:
        last = self.customer.last_transaction_on
        return months_between(last, self.local_day()) if last else None

    def _sending_account(self, question: Question) -> str:
        point, private = question.point, question.private_account
        return self.presence.sending_account(point.channel, point.platform, question.account, private=private)

    def _alternative(self, point: ContactPoint) -> bool:
        return any(
            other.pk != point.pk and other.channel in ORDINARY_CHANNELS and other.source in OWN_SOURCES
            for other in self.points
        )


def load(
    customer: Customer, requester: User, *, at: datetime, start: Start | None = None, past: Past | None = None
) -> Context:
    """Read everything that decisions about this customer by this employee need, in two statements; in one where their
    start has been read already. A system that asks for nobody is a requester who was never saved: it has learnt nothing
    and belongs to no department.

    For an instant that has gone by pass `past`, and a start with all addresses, also those that are no longer used.
    """
    at = moment(customer, at) if past is None else at
    points, rules = start or _start(customer, at)
    if past is not None:
        customer = past.customer(customer)
        points = tuple(past.points(points, customer.timezone))
    zone = ZoneInfo(customer.timezone)
    thresholds = rules.thresholds
    digests = digests_of(points, customer)
    day = at.astimezone(zone).date()
    then = at if past is not None else None
    read = _READ(
        customer=customer.pk,
        requester=requester.pk or 0,
        digests=sorted({digest for several in digests.values() for digest in several}),
        at=at,
        day=day,
        since=at - timedelta(days=thresholds.inbound_window_days),
        then=then,
    )
    consents, sign_ups = consents_from(read, customer.pk, at=at, zone=zone, thresholds=consent_thresholds(thresholds))
    window = timedelta(days=thresholds.inbound_window_days)
    inbound = {(channel, platform): last + window for channel, platform, last in read["inbound"]}
    return Context(
        customer=customer,
        requester=requester,
        at=at,
        points=points,
        objections=tuple(read["objections"]),
        restricted=bool(read["restricted"]),
        suppressed=standing_from(words_from(read["refused"], until=then), digests),
        consents=consents,
        sign_ups=tuple(sign_ups),
        inbound=frozenset(inbound),
        presence=_presence(read, day, past),
        training=licences_from(read, requester.pk, today=day, then=then),
        zone=zone,
        rules=rules,
        inbound_until=inbound,
        consents_change_at=next_setting_from(read, at=at),
        past=past and past.knowing(read),
    )


def _start(customer: Customer, at: datetime) -> Start:
    """The usable addresses and the rule set in force, in one statement: what else there is to read depends on both."""
    read = _STARTING(customer=customer.pk, at=at)
    return tuple(read["points"]), rule_set_from(read["rules"])


def _starting(customer: int, at: datetime) -> dict[str, QuerySet[Any, Any]]:
    return {"points": usable_points(customer), "rules": rule_rows(at)}


_STARTING = Together(_starting)


def _rows(
    customer: int, requester: int, digests: list[str], at: datetime, day: date, since: datetime, then: datetime | None
) -> dict[str, QuerySet[Any, Any]]:
    """What there is to read, by names. `then` is `at`, where that has gone by. 0 is nobody."""
    objections = Objection.objects.filter(customer=customer).order_by()
    accounts = CompanyAccount.objects.usable_by(requester)
    return {
        "objections": (objections.filter(received_at__lte=then) if then else objections).values_list(
            "scope", "channel", "received_at"
        ),
        "restricted": restricted_at(customer, at).values_list("pk", flat=True),
        "refused": kept_under(digests),
        "inbound": _inbound(customer, at, since),
        "accounts": accounts if then else accounts.open_on(day),
        "platforms": PlatformRegistration.objects.order_by().values_list("platform", "status"),
        **consent_rows(customer, at=at, past=then is not None),
        **training_rows(requester, today=day, then=then),
        **({"lists_renewed": lists_renewed_since(then)} if then else {}),
    }


_READ = Together(_rows)


def _presence(read: dict[str, list[Any]], day: date, past: Past | None) -> Presence:
    accounts, platforms = tuple(read["accounts"]), dict(read["platforms"])
    if past is None:
        return Presence(accounts=accounts, platforms=platforms)
    return Presence(accounts=past.accounts(accounts, day), platforms=past.platforms(platforms))


def _inbound(customer: int, at: datetime, since: datetime) -> QuerySet[InboundContact, Any]:
    """The last contact in each way, if it is recent."""
    recent = InboundContact.objects.filter(customer=customer, at__lte=at, at__gt=since)
    return recent.order_by().values_list("channel", "platform").annotate(last=Max("at"))

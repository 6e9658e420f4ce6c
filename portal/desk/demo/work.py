"""What was asked lately: a request in each state, so that no list of the demo company is empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from contacts.calendar import quiet_hours
from contacts.customers.models import Customer
from contacts.policy import RULE_SET_1
from contacts.requests.context import load
from contacts.requests.models import ContactRequest, Permit
from contacts.requests.services import asking, permits, reviewing, submitting
from portal.desk.demo.company import Step
from portal.desk.demo.customers import Story
from portal.people.models import User

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Work:
    """A request about the `turn`-th customer in a situation, and what became of it, act by act.

    Acts: submit, cancel, approve/refuse/changes by the manager or the DPO, use, log; `pace` minutes lie between them.
    """

    who: str
    situation: str
    turn: int
    channel: str
    purpose: str
    days_ago: int
    acts: tuple[str, ...]
    text: str = ""
    fields: tuple[tuple[str, Any], ...] = ()
    pace: int = 7


OPT_OUT = (("opt_out_included", True),)
PRIVATE_ACCOUNT = (("private_account", True),)
WORK = (
    Work(
        "sven",
        "newsletter by e-mail",
        0,
        "email",
        "marketing",
        6,
        ("submit", "use", "log"),
        "Herbstaktion Wärmepumpe",
        OPT_OUT,
    ),
    Work("sven", "newsletter by e-mail", 1, "email", "marketing", 2, ("submit",), "Einladung zum Energietag", OPT_OUT),
    Work("timo", "ordinary customer", 0, "phone", "contract_performance", 3, ("submit", "use"), "Termin der Wartung"),
    Work("timo", "ordinary customer", 1, "email", "service", 1, ("submit",), "Rückfrage zur Störung"),
    Work("sven", "passed on by a customer", 0, "letter", "marketing", 1, ("submit",), "Vorstellung unserer Firma"),
    Work(
        "lena",
        "phone and SMS",
        0,
        "sms",
        "debt_collection",
        2,
        ("submit",),
        "Bitte melden Sie sich wegen einer Rechnung.",
    ),
    Work(
        "anke", "phone and SMS", 1, "sms", "debt_collection", 5, ("submit", "approve"), "Bitte melden Sie sich bei uns."
    ),
    Work("anke", "phone and SMS", 2, "sms", "debt_collection", 7, ("submit", "refuse"), "Letzte Mahnung!"),
    Work("anke", "phone and SMS", 3, "sms", "debt_collection", 4, ("submit", "changes"), "Sie schulden uns Geld."),
    Work("ole", "ordinary customer", 2, "email", "service", 3, ("submit", "cancel"), "Frage zum Zählerstand"),
    Work(
        "sven",
        "newsletter unused for long",
        0,
        "email",
        "marketing",
        1,
        ("submit", "approve"),
        "Neues Wartungspaket",
        OPT_OUT,
    ),
    Work(
        "markus",
        "business customer",
        0,
        "phone",
        "contract_performance",
        8,
        ("submit", "use", "log"),
        "Abnahme der Anlage",
    ),
    # What training hears of: a private account is refused and brings a refresher, a wish to chat brings the licence.
    Work(
        "sven",
        "WhatsApp known but not agreed",
        0,
        "messenger",
        "service",
        4,
        ("submit",),
        "Bin gleich bei Ihnen.",
        PRIVATE_ACCOUNT,
    ),
    Work("lena", "service by WhatsApp agreed", 0, "messenger", "service", 1, (), "Passt Ihnen Dienstag um neun?"),
)
REASONS = {
    "refused": "Der Ton ist unangemessen, und ein Brief genügt. Bitte den Brief nehmen.",
    "changes_asked": "Bitte ohne Beträge und höflicher; dann gebe ich es frei.",
}
VERDICTS = {"approve": "approved", "refuse": "refused", "changes": "changes_asked"}


def requests(people: dict[str, User], told: Sequence[Story], now: datetime, works: Sequence[Work] = WORK) -> list[Step]:
    """Each of the works at eleven o'clock of a working day."""
    return [(_office_hour(now, work.days_ago), partial(_do, work, people, _number(work, told))) for work in works]


def _office_hour(now: datetime, days_ago: int) -> datetime:
    """Eleven o'clock on the last working day that lies at least so many days back; nobody is called on a holiday."""
    at = datetime.combine(now.astimezone(BERLIN).date() - timedelta(days=days_ago), time(11), tzinfo=BERLIN)
    while at.weekday() > 4 or quiet_hours(at, BERLIN, RULE_SET_1.thresholds.contact_hours):
        at -= timedelta(days=1)
    return at


def _number(work: Work, told: Sequence[Story]) -> str:
    return str([story.number for story in told if story.situation.name == work.situation][work.turn])


def _do(work: Work, people: dict[str, User], number: str, *, at: datetime) -> None:
    asker = people[work.who]
    customer = Customer.objects.get(number=number)
    request = _ask(work, asker, customer, at)
    for place, act in enumerate(work.acts, start=1):
        request.refresh_from_db()
        _act(act, request, asker, people, at + timedelta(minutes=work.pace * place))


def _ask(work: Work, asker: User, customer: Customer, at: datetime) -> ContactRequest:
    context = load(customer, asker, at=at)
    point = next(point for point in context.points if point.channel == work.channel)
    request, _given = asking.ask(
        asker,
        customer=customer,
        contact_point=point,
        account=None if work.fields == PRIVATE_ACCOUNT else context.default_account(point),
        purpose=work.purpose,
        draft_text=work.text,
        at=at,
        **dict(work.fields),
    )
    return request


def _act(act: str, request: ContactRequest, asker: User, people: dict[str, User], at: datetime) -> None:
    match act:
        case "submit":
            submitting.submit(asker, request=request, at=at)
        case "cancel":
            submitting.cancel(asker, request=request, at=at)
        case "use":
            permits.redeem(asker, permit=Permit.objects.get(request=request), at=at)
        case "log":
            use = Permit.objects.get(request=request).uses.get()
            permits.log_contact(asker, use=use, result="reached", note="Hat sich bedankt.", at=at)
        case _:
            _review(VERDICTS[act], request, asker, people, at)


def _review(verdict: str, request: ContactRequest, asker: User, people: dict[str, User], at: datetime) -> None:
    reviewer = asker.manager if request.state == "with_manager" else people["dora"]
    assert reviewer is not None
    reviewing.review(reviewer, request=request, verdict=verdict, reason=REASONS.get(verdict, ""), at=at)

"""Short ways into a situation: ask, submit, approve, so that each test tells only its own story."""

import json
from datetime import datetime

from django.test import Client

from contacts.requests.models import ContactRequest, Permit
from contacts.requests.services import asking, reviewing, submitting
from tests.cast import Accounts, Cast


def as_(user) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def ask(user, customer, channel: str, account, *, at: datetime, purpose: str = "service", **fields) -> ContactRequest:
    point = customer.contact_points.get(channel=channel)
    fields.setdefault("private_account", account is None)
    request, _answer = asking.ask(
        user, customer=customer, contact_point=point, account=account, purpose=purpose, at=at, **fields
    )
    return request


def service_by_mail(cast: Cast, customer, accounts: Accounts, at: datetime) -> ContactRequest:
    """Allowed without anybody's approval."""
    return ask(cast.anna, customer, "email", accounts.email, at=at)


def reminder_by_sms(cast: Cast, customer, accounts: Accounts, at: datetime) -> ContactRequest:
    """An open invoice by SMS: the manager decides (DEB-02)."""
    from tests.cast import point

    if not customer.contact_points.filter(channel="sms").exists():
        point(customer, "sms", "0171 5550000", now=at)
    return ask(cast.anna, customer, "sms", accounts.sms, at=at, purpose="debt_collection")


def report_by_mail(cast: Cast, customer, accounts: Accounts, at: datetime) -> ContactRequest:
    """Sensitive data by e-mail: the DPO decides after the manager (SPC-02)."""
    return ask(cast.anna, customer, "email", accounts.email, at=at, special_category=True)


def permit_for(request: ContactRequest, cast: Cast, at: datetime) -> Permit:
    """Submit, let whoever must decide approve, and return the permit."""
    request = submitting.submit(request.requester, request=request, at=at)
    if request.state == "with_manager":
        request = reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=at)
    if request.state == "with_dpo":
        request = reviewing.review(cast.dora, request=request, verdict="approved", reason="", at=at)
    return Permit.objects.get(request=request)


def agreed_to_advertising(cast: Cast, customer, at: datetime):
    """On paper a month ago, to advertising by mail."""
    from datetime import timedelta

    from consent.services import give_consent
    from tests.cast import wording

    return give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="email",
        how="paper",
        evidence="Formular 12/2026",
        text=wording("marketing", "email"),
        given_at=at - timedelta(days=30),
        at=at,
    )


def newsletter(user, customer, accounts: Accounts, at: datetime, **fields) -> ContactRequest:
    """Advertising by mail: allowed where the customer has agreed."""
    values = {"purpose": "marketing", "opt_out_included": True} | fields
    return ask(user, customer, "email", accounts.email, at=at, **values)


def advertising_permit(cast: Cast, customer, accounts: Accounts, at: datetime) -> Permit:
    """A newsletter to somebody who agreed to it: rests on that consent alone (CON-07)."""
    agreed_to_advertising(cast, customer, at)
    request = ask(cast.sven, customer, "email", accounts.email, at=at, purpose="marketing", opt_out_included=True)
    return permit_for(request, cast, at)


def danger_by_sms(cast: Cast, customer, accounts: Accounts, at: datetime) -> ContactRequest:
    """A warning of imminent danger to a number that somebody else has passed on (EMG-01)."""
    from tests.cast import point

    number = point(customer, "sms", "0171 5551111", now=at, source="referral")
    values = {"purpose": "legal_obligation", "urgency": "imminent_danger", "draft_text": "Bitte Gasgerät abschalten."}
    asked = {"customer": customer, "contact_point": number, "account": accounts.sms}
    return asking.ask(cast.anna, at=at, **asked, **values)[0]


def acted_in_danger(cast: Cast, customer, accounts: Accounts, at: datetime) -> ContactRequest:
    """Handed in: the permit is there at once."""
    drafted = danger_by_sms(cast, customer, accounts, at)
    return submitting.submit(cast.anna, request=drafted, at=at)


def waiting_alike(cast: Cast, accounts: Accounts, at: datetime, count: int, **fields) -> list[ContactRequest]:
    """The same open invoice by SMS to several customers: equal requests that wait for the manager."""
    from tests.cast import make_customer

    found = []
    for number in range(count):
        customer = make_customer(at, f"70{number:02}")
        values = {"draft_text": "Bitte begleichen Sie die offene Rechnung."} | fields
        found.append(_sms(cast, customer, accounts, at, f"0171 66{number:05}", values))
    return found


def _sms(cast: Cast, customer, accounts: Accounts, at: datetime, number: str, values: dict) -> ContactRequest:
    from tests.cast import point

    point(customer, "sms", number, now=at)
    asked = ask(cast.anna, customer, "sms", accounts.sms, at=at, purpose="debt_collection", **values)
    return submitting.submit(cast.anna, request=asked, at=at)


def given_to_a_system(cast: Cast, customer, at: datetime, acts_for=None, name="shop", **asked):
    """The answer to a system that asked in somebody's place: Anna's, if nobody is named."""
    from datetime import timedelta

    from contacts.requests.answering import give_decision
    from contacts.requests.api_bodies import Asked
    from contacts.requests.models import GivenDecision
    from portal.machines.services import confirm_token, make_token

    whose, end = acts_for or cast.anna, at + timedelta(days=30)
    values = {"name": name, "scopes": ["decisions:write"], "expires_at": end, "acts_for": whose}
    token, _secret = make_token(cast.adam, at=at, **values)
    token = confirm_token(whose, token=token, at=at) or token
    question = Asked(**{"customer": customer.number, "purpose": "service", "channel": "letter"} | asked)
    told = give_decision(token, asked=question, key=None, digest="0" * 64, at=at)
    return GivenDecision.objects.get(pk=json.loads(told)["id"])

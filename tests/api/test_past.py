"""Decisions about a day that has gone by: the facts of then, and what nobody can say any more."""

import random
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consent import services as consents
from consent.models import Consent, OptIn
from contacts.customers import services as customers
from contacts.customers.models import Customer, SuppressionList
from contacts.requests import account_services
from contacts.requests.api_bodies import Decided
from contacts.requests.models import CompanyAccount, GivenDecision, PlatformRegistration
from contacts.requests.told_again import as_told
from portal.audit.field_words import FIELDS
from portal.audit.models import AuditEntry
from portal.machines.models import ApiToken
from tests.api.conftest import ASKED, problem, token_for
from tests.cast import certify, make_customer, proof_file, wording
from tests.consent.outside import token_of_opt_in
from training.models import Certificate
from training.services.certificates import revoke_certificate

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
#: What an answer says of the facts, as opposed to when it was given and how often somebody was contacted.
SAID = ("facts", "outcome", "findings", "contact_point", "account", "legal_basis", "rule_set")


@pytest.fixture(autouse=True)
def known_for_long(customer, accounts, key, now):
    """The customer's row is as old as the story, and the key outlives it."""
    Customer.objects.update(created_at=now - DAY)
    customer.refresh_from_db()
    ApiToken.objects.update(expires_at=now + 5000 * DAY)


@pytest.fixture
def at(call, time_machine):
    """Asks at an instant, about another one."""

    def ask(clock, body=ASKED, about=None):
        time_machine.move_to(clock, tick=False)
        return call(body if about is None else body | {"at": about.isoformat()})

    return ask


# --- what was so


class Story:
    """Things that happen to one customer and around, drawn at random; each verb refuses what does not fit, and then
    nothing has happened."""

    def __init__(self, seed, cast, customer, accounts):
        self.chance, self.cast, self.customer, self.accounts = random.Random(seed), cast, customer, accounts
        self.points, self.number = list(customer.contact_points.all()), 0

    def happen(self, at):
        what = self.chance.choice(STORY)
        with suppress(ValidationError):
            what(self, at)

    def consent(self):
        return self.chance.choice(list(Consent.objects.filter(customer=self.customer)) or [None])

    def agree(self, at):
        purpose = self.chance.choice(["marketing", "marketing", "satisfaction_survey", "service"])
        channel = self.chance.choice(["email", "phone", "letter"])
        values = {"how": "paper", "evidence": "Formular", "text": wording(purpose, channel)}
        if self.chance.random() < 0.6:
            values["evidence_file"] = proof_file(self.cast.clara, at)
        if self.chance.random() < 0.3:
            values["ends_on"] = at.date() + self.chance.choice([30, 200]) * DAY
        if channel == "phone":
            values["recipient_code"] = "C-1"
        about = {"customer": self.customer, "purpose": purpose, "channel": channel}
        consents.give_consent(self.cast.clara, **about, **values, given_at=at, at=at)

    def sign_up(self, at):
        address = self.customer.contact_points.get(channel="email").value
        text = wording("marketing", "email")
        consents.request_opt_in(
            self.cast.clara, address=address, text=text, via="officer", customer=self.customer, at=at
        )

    def confirm(self, at):
        asked = OptIn.objects.filter(confirmed_at__isnull=True, ends_at__gt=at).first()
        if asked is not None:
            consents.confirm_opt_in(token_of_opt_in(asked), at=at)

    def use(self, at):
        if consent := self.consent():
            consents.record_use(self.cast.anna, consent=consent, evidence="Brief", at=at)

    def withdraw(self, at):
        if consent := self.consent():
            consents.withdraw_consent(self.cast.clara, consent=consent, how="written", at=at)

    def object(self, at):
        channel = self.chance.choice(["email", "phone", "letter"])
        scope = self.chance.choice(["marketing_objection", "marketing_objection", "full_block"])
        customers.record_objection(
            self.cast.anna, customer=self.customer, scope=scope, channel=channel, how="spoken", at=at
        )

    def write_in(self, at):
        channel = self.chance.choice(["email", "phone"])
        about = {"customer": self.customer, "channel": channel, "platform": "", "note": ""}
        customers.record_inbound(self.cast.clara, **about, at=at, now=at)

    def change(self, at):
        name, values = self.chance.choice(
            [
                ("relationship", ["prospect", "active_customer", "former_customer"]),
                ("kind", ["consumer", "business_contact"]),
                ("robinson_listed", [True, False]),
                ("parental_consent", [True, False]),
                ("birth_date", [None, date(2010, 3, 1), at.date() - timedelta(days=365 * 16 + 4)]),
                ("last_transaction_on", [None, at.date(), at.date() - 900 * DAY]),
                ("timezone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland"]),
                ("last_name", ["Mustermann", "Musterfrau"]),
            ]
        )
        with suppress(ValidationError):
            value = self.chance.choice(values)
            customers.update_customer(self.cast.clara, customer=self.customer, at=at, **{name: value})

    def look_at_address(self, at):
        verb = self.chance.choice([customers.verify_contact_point, customers.doubt_contact_point])
        verb(self.cast.clara, point=self.chance.choice(self.points), at=at)

    def move(self, at):
        """The address is given up, and there is another one from the next day on."""
        point = self.chance.choice([p for p in self.points if p.channel == "phone"])
        customers.retire_contact_point(self.cast.clara, point=point, at=at)
        self.number += 1
        values = {"channel": "phone", "value": f"0221 77{self.number:04}", "source": "data_subject"}
        day = at.date() + DAY
        self.points.append(
            customers.add_contact_point(self.cast.clara, customer=self.customer, collected_on=day, at=at, **values)
        )

    def review(self, at):
        row = PlatformRegistration.objects.get(platform="instagram")
        status = self.chance.choice(["approved", "under_review", "not_approved"])
        account_services.review_platform(self.cast.dora, registration=row, status=status, note="", at=at)

    def account(self, at):
        values = {"channel": "social_dm", "platform": "instagram", "processor_contract": "Vertrag 7"}
        days = {"valid_from": at.date(), "valid_until": at.date() + self.chance.choice([20, 200]) * DAY}
        made = account_services.create_account(self.cast.adam, name="Instagram", at=at, **values, **days)
        if self.chance.random() < 0.8:
            account_services.approve_account(self.cast.dora, account=made, at=at)

    def change_account(self, at):
        account = self.chance.choice(list(CompanyAccount.objects.filter(closed_at__isnull=True)))
        verb = self.chance.choice(["close", "approve", "kind", "kind", "book"])
        if verb == "close" and account.platform:
            account_services.close_account(self.cast.adam, account=account, at=at)
        elif verb == "approve":
            account_services.approve_account(self.cast.dora, account=account, at=at)
        else:
            kind = self.chance.choice(CompanyAccount.Kind.values)
            changed = {"kind": kind} if verb == "kind" else {"address_book_isolated": self.chance.random() < 0.5}
            account_services.update_account(self.cast.adam, account=account, at=at, **changed)

    def learn(self, at):
        certify(self.cast.anna, until=at.date() + self.chance.choice([365, 366, 370]) * DAY, by=self.cast.tom)

    def revoke(self, at):
        held = Certificate.objects.counting().filter(person=self.cast.anna).first()
        if held is not None:
            revoke_certificate(self.cast.dora, certificate=held, reason="falsch", at=at)


STORY = [
    *[Story.agree] * 4,
    *[Story.change] * 4,
    Story.sign_up,
    *[Story.confirm] * 2,
    Story.use,
    *[Story.withdraw] * 2,
    Story.object,
    *[Story.write_in] * 2,
    *[Story.look_at_address] * 2,
    Story.move,
    Story.review,
    *[Story.account] * 2,
    *[Story.change_account] * 3,
    Story.learn,
    Story.revoke,
]
WAYS = [
    {"channel": "email"},
    {"channel": "phone"},
    {"channel": "letter"},
    {"channel": "social_dm", "platform": "instagram"},
]


def _question(chance):
    purpose = chance.choice(["marketing", "marketing", "satisfaction_survey", "marketing_similar_products", "service"])
    flags = {"opt_out_included": True, "own_similar_products": True}
    return {"customer": "4711", "purpose": purpose} | chance.choice(WAYS) | flags


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_answered_at_a_time_is_what_is_answered_later_for_it(seed, at, cast, customer, accounts, now):
    story, told, clock, states = Story(seed, cast, customer, accounts), [], now, set()
    for _step in range(40):
        clock += timedelta(minutes=story.chance.choice([7, 600, 5_000, 40_000]))
        story.happen(clock)
        clock += timedelta(minutes=story.chance.choice([0, 1, 3_000]))
        body = _question(story.chance)
        told.append((clock, body, at(clock, body)))
    for then, body, live in told:
        later = at(clock + DAY, body, about=then)
        assert later.status_code == live.status_code, (then, body, live.content, later.content)
        if live.status_code == 200:
            before, after = live.json(), later.json()
            differences = {name: (before[name], after[name]) for name in SAID if before[name] != after[name]}
            assert not differences, (then, body)
            states.add(before["facts"]["consent_state"])
    assert len(states) > 1


# --- what it says of itself


def test_it_is_kept_and_says_that_it_is_about_the_past(at, customer, now):
    told = at(now, about=now - 30 * DAY).json()
    Decided.model_validate(told)
    assert (told["in_past"], told["holds_until"]) == (True, None)
    assert (told["at"], told["made_at"]) == ((now - 30 * DAY).isoformat(), now.isoformat())
    kept = GivenDecision.objects.get()
    assert (kept.at, kept.made_at, as_told(kept)) == (now - 30 * DAY, now, told)
    entry = AuditEntry.objects.get(verb="decision.given")
    assert entry.at == now and entry.after["about_at"] == told["at"] and "about_at" in FIELDS


def test_now_and_later_are_no_past(at, now):
    for about in (None, now + DAY, now - timedelta(minutes=4)):
        told = at(now, about=about).json()
        assert (told["in_past"], told["assumed_as_today"]) == (False, [])
        assert told["holds_until"] > told["at"] >= now.isoformat()
    assert at(now, about=now - timedelta(minutes=6)).json()["in_past"] is True


def test_before_the_customers_row_was_there_its_facts_are_those_of_today(at, now):
    told = at(now, about=now - 2 * DAY).json()["assumed_as_today"]
    assert told == [
        "customer_kind",
        "relationship",
        "months_since_last_transaction",
        "robinson_listed",
        "minor",
        "parental_consent",
        "quiet_hours",
        "requester_department",
    ]
    assert at(now + DAY, about=now).json()["assumed_as_today"] == ["requester_department"]


def test_a_system_that_asks_for_itself_has_no_department(call, cast, now, time_machine):
    time_machine.move_to(now + DAY, tick=False)
    alone = token_for(cast, now, "mailer")
    assert call(ASKED | {"at": now.isoformat()}, key=alone).json()["assumed_as_today"] == []


@pytest.mark.parametrize(
    ("effect", "names"), [("robinson", {"robinson_listed"}), ("marketing_objection", {"objection", "s7_3"})]
)
def test_whom_a_list_named_before_it_was_replaced_nobody_can_say(at, cast, now, effect, names):
    SuppressionList.objects.create(
        name="Liste", effect=effect, owner=cast.clara, refreshed_at=now + 2 * DAY, created_at=now
    )
    assert set(at(now + 3 * DAY, about=now + DAY).json()["assumed_as_today"]) == names | {"requester_department"}
    assert at(now + 3 * DAY, about=now + 2 * DAY).json()["assumed_as_today"] == ["requester_department"]


def test_whether_a_sign_up_waited_that_has_been_deleted_nobody_can_say(at, cast, customer, accounts, now):
    Story(0, cast, customer, accounts).sign_up(now)
    consents.drop_unconfirmed(at=now + 20 * DAY)
    body, later = ASKED | {"purpose": "marketing"}, now + 30 * DAY
    told = at(later, body, about=now + DAY).json()
    assert told["facts"]["consent_state"] == "none" and "consent_state" in told["assumed_as_today"]
    assert "consent_state" not in at(later, body | {"channel": "phone"}, about=now + DAY).json()["assumed_as_today"]
    assert "consent_state" not in at(later, ASKED, about=now + DAY).json()["assumed_as_today"]
    assert "consent_state" not in at(later, body, about=now + 21 * DAY).json()["assumed_as_today"]


# --- whom and what it means


def test_an_address_that_has_been_given_up_can_be_asked_about_for_its_time(at, cast, customer, now):
    mail = customer.contact_points.get(channel="email")
    customers.retire_contact_point(cast.clara, point=mail, at=now + DAY)
    alone = {"address": mail.value, "purpose": "service", "channel": "email"}
    for body in (ASKED, alone):
        assert at(now + 2 * DAY, body, about=now).json()["contact_point"] == mail.pk
    problem(at(now + 2 * DAY, ASKED, about=now + DAY), 422, "no such address")
    problem(at(now + 2 * DAY, alone), 404)


def test_an_account_that_has_been_closed_was_open_before(at, cast, accounts, now):
    account_services.close_account(cast.adam, account=accounts.email, at=now + DAY)
    body = ASKED | {"account": accounts.email.pk}
    assert at(now + 2 * DAY, body, about=now).json()["facts"]["sending_account"] == "company_account_verified"
    problem(at(now + 2 * DAY, body, about=now + DAY), 422, "No open company account")


def test_an_objection_of_today_says_nothing_of_yesterday(at, cast, customer, now):
    customers.record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now + DAY)
    assert at(now + 2 * DAY, about=now).json()["facts"]["objection"] == "none"
    assert at(now + 2 * DAY, about=now + DAY).json()["facts"]["objection"] == "full_block"


def test_who_has_learnt_since_had_not_learnt_then(at, cast, now):
    later = now + 400 * DAY
    certify(cast.anna, until=(later + 365 * DAY).date(), by=cast.tom)
    assert at(later, about=later).json()["facts"]["requester_training"] == "valid"
    assert at(later, about=now + 300 * DAY).json()["facts"]["requester_training"] == "expired"


# --- statements


def test_the_past_takes_no_more_statements_and_as_many_for_every_customer(at, cast, customer, now):
    make_customer(now, "9000", last_name="Leer")
    Customer.objects.update(created_at=now - DAY)
    story = Story(7, cast, customer, None)
    for what in (Story.agree, Story.change, Story.object, Story.write_in, Story.move):
        for day in range(1, 4):
            with suppress(ValidationError):
                what(story, now + day * DAY)

    def statements(number):
        with CaptureQueriesContext(connection) as seen:
            assert at(now + 9 * DAY, ASKED | {"customer": number}, about=now + 5 * DAY).status_code == 200
        return [q["sql"] for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))]

    assert len(statements("4711")) == len(statements("9000")) <= 6

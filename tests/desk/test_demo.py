"""`manage.py demo`: the company, its logins, its customers, and what the rules say about them.

The company is loaded once for the whole file; each test then runs in a transaction that is undone.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings
from django.urls import reverse
from django.utils.html import escape

from contacts import policy
from contacts.calendar import quiet_hours
from contacts.customers.models import ContactPoint, Customer
from contacts.policy import ContactHours
from contacts.reports.plots import reports_for
from contacts.reports.scope import Look, scope_of
from contacts.requests.context import Question, load
from contacts.requests.deciding import answer_question
from contacts.requests.models import CompanyAccount, ContactRequest, Permit
from contacts.requests.views.customer import grid
from portal.access.roles import Role
from portal.desk.demo import work
from portal.desk.demo.company import PASSWORD, PEOPLE
from portal.desk.demo.customers import stories
from portal.desk.demo.past import past
from portal.desk.demo.situations import SITUATIONS
from portal.outbox.models import OutboxMessage
from portal.people.models import Department, User
from portal.vocabulary import Purpose
from tests.desk.reading import nothing_written
from training.models import Answer, Assignment, Certificate, CourseVersion
from training.rules import standing
from training.selectors.duties import duties_of
from training.selectors.licences import ends_by_kind

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def told_by_two_starts(django_db_setup, django_db_blocker, tmp_path_factory):
    """What each of two simultaneous `manage.py demo` said; the company stays until the last test of this file."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock():
        with (
            time_machine.travel(NOW, tick=False),
            override_settings(MAIL_FOLDER=str(folder), EMAIL_BACKEND="portal.outbox.folder.FolderBackend"),
            ThreadPoolExecutor(2) as starts,
        ):
            said = list(starts.map(lambda _turn: start(), range(2)))
        yield said
        call_command("flush", interactive=False, verbosity=0)


def start() -> str:
    try:
        return run()
    finally:
        connections.close_all()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def demo(told_by_two_starts, db) -> dict[str, User]:
    """The people by the first part of their address."""
    return {user.email.partition("@")[0]: user for user in User.objects.all()}


# --- loading


def test_two_starts_at_the_same_moment_load_it_once(told_by_two_starts, demo):
    first_lines = sorted(said.splitlines()[0] for said in told_by_two_starts)
    assert first_lines == [
        "The demo company Nordlicht Haustechnik GmbH is loaded.",
        "The demo company is here already; nothing was changed.",
    ]
    assert Customer.objects.count() == 300


def test_a_later_call_writes_nothing_and_tells_the_logins_again(demo):
    with nothing_written():
        said = run()
    assert said.startswith("The demo company is here already; nothing was changed.\n")
    assert said.endswith(run("--logins"))


def test_other_peoples_data_is_left_alone_and_no_login_is_told(demo):
    User.objects.filter(pk=demo["anke"].pk).update(email="anke@firma.example")
    with nothing_written():
        said = run()
    assert said == "People are here already, so the demo company was not loaded; nothing was changed.\n"
    with pytest.raises(CommandError, match="The demo company is not here"):
        run("--logins")


def test_whatever_the_day_the_requests_were_made_when_customers_may_be_called():
    """On a holiday the rules would refuse the calls that the demo then wants to use."""
    first = datetime(2026, 1, 1, 7, 30, tzinfo=UTC)
    told = stories({}, first)
    for days in range(3 * 365):
        now = first + timedelta(days=days)
        asked = [at for at, _act in work.requests({}, told, now, (*work.WORK, *past()))]
        assert not [at for at in asked if quiet_hours(at, ZoneInfo("Europe/Berlin"), ContactHours())], now
        assert max(asked) < now


# --- people


def test_thirteen_people_work_in_five_departments(demo):
    assert Counter(User.objects.values_list("department__name", flat=True)) == {
        "Geschäftsführung": 1,
        "Vertrieb": 3,
        "Buchhaltung": 2,
        "Kundendienst": 3,
        "Datenschutz & Verwaltung": 4,
    }
    assert Department.objects.count() == 5


def test_each_role_has_somebody_and_everybody_a_role(demo):
    roles = Counter(role for user in demo.values() for role in user.roles)
    assert roles == {
        "employee": 9,
        "manager": 2,
        "dpo": 1,
        "consent_officer": 1,
        "training_author": 1,
        "auditor": 1,
        "administrator": 1,
    }
    assert set(roles) == {role.value for role in Role}
    assert all(user.roles for user in demo.values())


@pytest.mark.parametrize("someone", PEOPLE, ids=lambda someone: someone.key)
def test_everybody_signs_in_with_the_password_that_the_command_tells(demo, client, someone):
    line = next(line for line in run("--logins").splitlines() if someone.email in line)
    assert all(role.value in line for role in someone.roles)
    assert f"the password {PASSWORD}\n" in run("--logins")
    response = client.post("/login/", {"login": someone.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert response.context["user"] == demo[someone.key]


# --- customers


def test_there_are_three_hundred_customers_with_consecutive_numbers_in_every_situation(demo):
    assert sorted(map(int, Customer.objects.values_list("number", flat=True))) == list(range(4701, 5001))
    assert {story.situation.name for story in stories({}, NOW)} == {
        "Erika Mustermann",
        *(situation.name for situation in SITUATIONS),
    }


def test_every_customer_can_be_reached_somehow_and_every_address_has_its_source(demo):
    assert not Customer.objects.filter(contact_points=None).exists()
    assert Counter(ContactPoint.objects.values_list("source", flat=True)).keys() == {
        "contract_record",
        "data_subject",
        "searched_by_employee",
        "bought_list",
        "referral",
        "public_directory",
    }


def test_the_accountants_question_of_the_manual_is_refused_and_a_letter_is_offered(demo, client):
    erika = Customer.objects.get(number="4711")
    assert erika.display_name == "Erika Mustermann"
    client.force_login(demo["anke"])
    profile = erika.contact_points.get(channel="social_dm")
    question = {"purpose": "debt_collection", "contact_point": profile.pk, "account_choice": "private"}
    as_shown = {"sender_clear": "on", "caller_id_shown": "on", "urgency": "normal"}
    context = client.post("/check/customers/4711/", question | as_shown, follow=True).context
    assert context["outcome"] == "forbidden"
    assert {"DEB-04", "SRC-01", "ACC-01"} <= {finding.rule.id for finding in context["given"].decision.deciding}
    assert (context["ways"][0].point.channel, context["ways"][0].outcome) == ("letter", "allowed")


# --- what the rules say


def test_all_four_answers_can_be_seen_on_the_pages_of_the_customers(demo):
    seen = Counter(
        outcome
        for customer in Customer.objects.all()
        for row in grid(load(customer, demo["anke"], at=NOW))
        for _purpose, outcome in row.cells
    )
    assert seen == {"allowed": 1720, "forbidden": 689, "needs_dpo_approval": 132, "needs_manager_approval": 63}


def test_sixty_seven_of_the_sixty_eight_rules_speak_about_some_customer(demo):
    """One customer of each situation, each address, each reason, from each account, asked in each way.

    DOI-01 is about the mail that asks to confirm a consent, which no employee sends.
    """
    fired = {rule for findings in findings_of_all_questions(demo) for rule in findings}
    assert len(fired) == 67
    assert {rule.id for rule in policy.RULE_SET_1.rules} - fired == {"DOI-01"}


def findings_of_all_questions(demo):
    first_of = {story.situation.name: str(story.number) for story in reversed(stories({}, NOW))}
    for customer in Customer.objects.filter(number__in=first_of.values()):
        for who, at in (("anke", NOW), ("lena", NOW), ("ole", NIGHT)):
            reading = load(customer, demo[who], at=at)
            for question in asked_in_each_way(reading):
                yield [finding.rule.id for finding in answer_question(reading, question).decision.findings]


WAYS_TO_ASK = (
    {},
    {"contains_promotion": True},
    {"own_similar_products": True, "opt_out_included": True},
    {"special_category": True},
    {"presumed_consent": "Ausschreibung vom Mai", "opt_out_included": True},
    {"sender_clear": False, "automated_call": True},
    {"urgency": "imminent_danger"},
)


def asked_in_each_way(reading):
    for point in reading.points:
        accounts = [account for account in reading.accounts if account.platform == point.platform]
        for account in [*(account for account in accounts if account.channel == point.channel), None]:
            for purpose in Purpose.values:
                plain = Question(point=point, account=account, purpose=purpose, private_account=account is None)
                yield from (replace(plain, **changed) for changed in WAYS_TO_ASK)


# --- the work


def test_requests_stand_in_every_state_that_a_person_brings_about(demo):
    assert Counter(ContactRequest.objects.values_list("state", flat=True)) == {
        "draft": 2,
        "with_manager": 7,
        "with_dpo": 1,
        "granted": 63,
        "refused": 7,
        "cancelled": 1,
    }
    assert Counter(Permit.objects.values_list("state", flat=True)) == {"active": 60, "used": 3}


@pytest.mark.parametrize(
    ("who", "path"),
    [("markus", "/inbox/"), ("dora", "/inbox/"), ("sven", "/requests/?tab=decided"), ("anke", "/requests/?tab=open")],
)
def test_the_lists_of_those_who_work_here_are_not_empty(demo, client, who, path):
    client.force_login(demo[who])
    context = client.get(path).context
    assert context["rows"] if "inbox" in path else list(context["page"])


def test_most_reports_tell_something_at_first_look(demo):
    """Of the officer and of a manager; hours of decisions by three people are never told of all."""
    shown = {who: [one for one in _reports(demo[who]) if not _says_nothing(one)] for who in ("dora", "helga")}
    assert {report.key for report in shown["dora"]} == {
        "in-force", "ending", "waiting", "outcomes", "objections", "withdrawals", "teams", "questions",
    }  # fmt: skip
    assert {report.key for report in shown["helga"]} == {
        "in-force", "ending", "waiting", "decisions", "outcomes", "objections", "teams",
    }  # fmt: skip


def _reports(reader):
    return reports_for(scope_of(reader), Look(NOW))


def _says_nothing(report) -> bool:
    return not any(value for row in report.rows for value in row.values)


# --- the training room


def test_certificates_are_valid_soon_ending_and_ended_by_the_quiz_and_by_hand(demo):
    words = {
        who: standing(ends_by_kind([user.pk], today=NOW.date())[user.pk]["basic"], NOW.date()).word
        for who, user in demo.items()
    }
    assert {who: word for who, word in words.items() if word != "valid"} == {
        "timo": "due",
        "lena": "overdue",
        "ole": "none",
    }
    by_quiz = Certificate.objects.exclude(attempt=None)
    assert (by_quiz.count(), Certificate.objects.filter(attempt=None).count()) == (10, 10)
    assert not Answer.objects.exists()  # passed: what was answered is forgotten


def test_everybody_has_what_the_role_asks_for_and_four_duties_are_open(demo):
    duties = duties_of(demo.values(), today=NOW.date())
    names = {user.pk: who for who, user in demo.items()}
    open_ones = {
        (names[pk], duty.version.course.kind, duty.is_remedial, (duty.due_on - NOW.date()).days)
        for pk, theirs in duties.items()
        for duty in theirs
    }
    assert open_ones == {
        ("ole", "basic", False, 9),  # a newcomer
        ("lena", "basic", False, -20),  # her certificate has ended
        ("lena", "messenger", False, 30),  # she wants to chat
        ("sven", "basic", True, 14),  # a private account was refused
    }


def test_whoever_asked_from_a_private_account_is_told_why_there_is_a_refresher(demo, client):
    why = Assignment.objects.get(person=demo["sven"]).because
    assert ContactRequest.objects.get(private_account=True, state="refused").number in why
    client.force_login(demo["sven"])
    assert escape(why) in client.get("/training/").content.decode()


def test_the_manager_sees_who_is_late(demo, client):
    client.force_login(demo["markus"])
    assert {member.person: member.is_overdue for member in client.get("/team/").context["rows"]} == {
        demo["lena"]: True,
        demo["sven"]: False,
    }


def test_authors_and_the_data_protection_officer_have_figures_to_look_at(demo, client):
    client.force_login(demo["tom"])
    rows = client.get(reverse("author_statistics", args=["basic", 1])).context["rows"]
    assert len(rows) == 75 and not any(row.missing for row in rows)
    assert Counter(CourseVersion.objects.values_list("course__slug", "state")) == {
        ("basic", "published"): 1,
        ("messenger", "published"): 1,
        ("messenger", "draft"): 1,
        ("approver", "published"): 1,
    }
    client.force_login(demo["dora"])
    *departments, everybody = client.get(reverse("training_rates")).context["rows"]
    assert not any(rate.is_shown for row in departments for rate in row.rates)  # fewer than five people each
    assert [(rate.people, rate.valid) for rate in everybody.rates if rate.is_shown] == [(13, 11), (13, 5)]


def test_company_accounts_stand_open_closed_and_waiting(demo):
    accounts = CompanyAccount.objects
    assert accounts.count() == 11
    assert set(accounts.exclude(closed_at=None).values_list("name", flat=True)) == {"Facebook-Seite (alt)"}
    assert set(accounts.filter(approved_at=None).values_list("name", flat=True)) == {"Threema Work (neu)"}


def test_nothing_of_the_demo_lies_in_the_outbox_or_in_the_future(demo):
    assert not OutboxMessage.objects.filter(done_at=None).exists()
    assert not ContactRequest.objects.filter(submitted_at__gt=NOW).exists()

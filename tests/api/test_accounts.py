"""The company's accounts through the API: the rights and the sentences are those of the page."""

from datetime import timedelta

import pytest

from contacts.requests import accounts_api
from contacts.requests.account_services import approve_account, register_profile
from contacts.requests.accounts_bodies import AccountOut
from contacts.requests.models import CompanyAccount
from portal.audit.models import AuditEntry
from portal.machines.problems import Problem
from portal.people.models import Department
from tests.api.conftest import EVERYTHING, problem, token_for
from tests.cast import account

pytestmark = pytest.mark.django_db
NEW = {"name": "Signal am Empfang", "channel": "messenger", "platform": "signal", "valid_from": "2026-11-24"}


# --- reading


def test_everybody_reads_from_where_the_company_writes(speak, accounts):
    for name in ("anna", "mona", "dora", "clara", "tom", "rita", "adam"):
        told = speak(name, "get", f"accounts/{accounts.whatsapp.pk}")
        AccountOut.model_validate(told.json())
        assert (told.json()["platform"], told.json()["standing"], bool(told["ETag"])) == ("whatsapp", "open", True)
        assert len(speak(name, "get", "accounts").json()["items"]) == 5


def test_a_list_is_narrowed_and_read_on(speak, cast, accounts, now):
    CompanyAccount.objects.filter(pk=accounts.sms.pk).update(closed_at=now)
    assert [one["id"] for one in speak("anna", "get", "accounts?channel=email").json()["items"]] == [accounts.email.pk]
    assert [one["id"] for one in speak("anna", "get", "accounts?open=false").json()["items"]] == [accounts.sms.pk]
    assert accounts.sms.pk not in [one["id"] for one in speak("anna", "get", "accounts?open=true").json()["items"]]
    assert len(speak("anna", "get", "accounts?platform=whatsapp").json()["items"]) == 1
    first = speak("anna", "get", "accounts?limit=3").json()
    second = speak("anna", "get", first["next"]).json()
    assert len({one["id"] for page in (first, second) for one in page["items"]}) == 5 and second["next"] is None


def test_a_profile_is_shown_to_whom_the_page_shows_it(speak, cast, accounts, now):
    last = now.date() + timedelta(days=30)
    mine = register_profile(cast.anna, platform="xing", name="xing.com/anna", valid_until=last, at=now)
    told = speak("mona", "get", f"accounts/{mine.pk}").json()
    assert (told["holder"], told["standing"], told["kind"]) == (cast.anna.email, "waiting", "company_shared_device")
    problem(speak("sven", "get", f"accounts/{mine.pk}"), 404)
    assert mine.pk not in [one["id"] for one in speak("sven", "get", "accounts").json()["items"]]
    problem(speak("sven", "post", f"accounts/{mine.pk}/close"), 404)
    assert speak("anna", "post", f"accounts/{mine.pk}/close").json()["standing"] == "closed"


def test_what_there_is_not_is_a_404(speak, accounts):
    for number in ("999999", str(2**70)):
        problem(speak("anna", "get", f"accounts/{number}"), 404)


# --- writing


def test_an_administrator_registers_an_account_that_waits(speak, cast, accounts):
    Department.objects.create(name="Empfang")
    body = NEW | {"department": "empfang", "responsible": "ANNA@firma.example", "processor_contract": "Ordner 12"}
    answer = speak("adam", "post", "accounts", body)
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["standing"], told["department"], told["responsible"]) == ("waiting", "Empfang", "anna@firma.example")
    assert answer["Location"] == f"/api/v1/accounts/{told['id']}"
    made = CompanyAccount.objects.get(pk=told["id"])
    entry = AuditEntry.objects.get(verb="account.created")
    assert (made.responsible, entry.actor, entry.subject_id) == (cast.anna, cast.adam, str(made.pk))
    assert entry.after["responsible"] == cast.anna.pk


@pytest.mark.parametrize("name", ["anna", "mona", "dora", "clara", "tom", "rita"])
def test_nobody_else_registers_or_changes(speak, accounts, name):
    problem(speak(name, "post", "accounts", NEW), 403, "may not do this")
    problem(speak(name, "patch", f"accounts/{accounts.sms.pk}", {"name": "x"}, **{"if-match": "*"}), 403)
    if name != "dora":
        problem(speak(name, "post", f"accounts/{accounts.sms.pk}/close"), 403)
    assert CompanyAccount.objects.filter(closed_at__isnull=True).count() == 5


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"platform": None}, "platform", "Choose the platform"),
        ({"channel": "email"}, "platform", "has no platform"),
        ({"valid_until": "2026-11-01"}, "valid_until", "end before it begins"),
        ({"department": "Mondfahrt"}, "department", "nothing of this name"),
        ({"responsible": "niemand@firma.example"}, "responsible", "nobody"),
        ({"name": ""}, "name", "must not be empty"),
        ({"holder": "anna@firma.example"}, "holder", "no such field"),
        ({"approved_at": "2026-11-24"}, "approved_at", "no such field"),
    ],
)
def test_a_field_that_cannot_be_taken_over_is_named(speak, accounts, changed, field, words):
    told = problem(speak("adam", "post", "accounts", NEW | changed), 422, words)
    assert field in told["errors"] and CompanyAccount.objects.count() == 5


def test_a_change_names_what_was_read(speak, cast, accounts):
    path = f"accounts/{accounts.sms.pk}"
    tag = speak("adam", "get", path)["ETag"]
    problem(speak("adam", "patch", path, {"name": "neu"}), 428)
    answer = speak("adam", "patch", path, {"name": "neu"}, **{"if-match": tag})
    assert (answer.status_code, answer.json()["name"], answer.json()["standing"]) == (200, "neu", "open")
    assert answer["ETag"] != tag
    problem(speak("adam", "patch", path, {"name": "noch neuer"}, **{"if-match": tag}), 412)
    accounts.sms.refresh_from_db()
    assert accounts.sms.name == "neu" and AuditEntry.objects.filter(verb="account.changed").count() == 1


def test_what_the_approval_rested_on_waits_again(speak, accounts):
    path = f"accounts/{accounts.whatsapp.pk}"
    sent = {"address_book_isolated": False}
    told = speak("adam", "patch", path, sent, **{"if-match": speak("adam", "get", path)["ETag"]}).json()
    assert (told["standing"], told["approved_at"], told["name"]) == ("waiting", None, "WhatsApp Business")


def test_a_registered_profile_is_changed_by_nobody(speak, cast, accounts, now):
    last = now.date() + timedelta(days=30)
    mine = register_profile(cast.anna, platform="xing", name="xing.com/anna", valid_until=last, at=now)
    approve_account(cast.dora, account=mine, at=now)
    sent = speak("adam", "patch", f"accounts/{mine.pk}", {"name": "x"}, **{"if-match": "*"})
    problem(sent, 422, "stays as it was confirmed")


@pytest.mark.parametrize("name", ["adam", "dora"])
def test_closing_is_for_good_and_once(speak, cast, now, name):
    mine = account("Konto", "email", cast, now)
    for _time in range(2):
        answer = speak(name, "post", f"accounts/{mine.pk}/close", **{"idempotency-key": "a"})
        assert (answer.status_code, answer.json()["standing"]) == (200, "closed")
    assert AuditEntry.objects.filter(verb="account.closed").count() == 1
    problem(speak("adam", "patch", f"accounts/{mine.pk}", {"name": "x"}, **{"if-match": "*"}), 422, "is closed")


def test_who_is_responsible_may_have_left_while_something_else_is_changed(speak, cast, accounts):
    CompanyAccount.objects.filter(pk=accounts.sms.pk).update(responsible=cast.sven)
    cast.sven.is_active = False
    cast.sven.save()
    sent = speak("adam", "patch", f"accounts/{accounts.sms.pk}", {"name": "neu"}, **{"if-match": "*"})
    assert (sent.json()["name"], sent.json()["responsible"]) == ("neu", cast.sven.email)
    again = speak("adam", "patch", f"accounts/{accounts.sms.pk}", {"responsible": None}, **{"if-match": "*"})
    assert again.json()["responsible"] is None


# --- the key


def test_a_key_needs_the_scope_and_a_person(call, cast, accounts, now):
    alone = token_for(cast, now, "alone", EVERYTHING)
    problem(call(path="accounts", method="get", key=alone), 403, "acts for nobody")
    reader = token_for(cast, now, "reader", ["accounts:read"], acts_for=cast.adam)
    assert call(path="accounts", method="get", key=reader).status_code == 200
    problem(call(NEW, "accounts", key=reader), 403, "does not allow that")
    writer = token_for(cast, now, "writer", ["accounts:write"], acts_for=cast.adam)
    problem(call(path="accounts", method="get", key=writer), 403, "does not allow that")


def test_what_the_form_says_stands_at_the_names_of_the_api():
    """A department can go between the looking up and the form."""
    with pytest.raises(Problem) as refused:
        accounts_api._checked({"owner": 999_999})
    assert "department" in refused.value.errors and "owner" not in refused.value.errors

"""Requests, permits and certificates through the API: asked, handed in, used and closed as on the pages. Nobody
approves here."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.customers.models import Objection
from contacts.customers.services import record_objection, retire_contact_point
from contacts.requests.account_services import close_account
from contacts.requests.api_bodies import Verdict
from contacts.requests.models import Contact, ContactRequest, DecisionRecord, Permit, PermitUse
from contacts.requests.requests_bodies import PermitOut, RequestOut
from contacts.requests.services import submitting
from portal.api.document import document
from portal.audit.models import AuditEntry
from tests.api.conftest import EVERYTHING, problem, token_for
from tests.cast import account, certify
from tests.requests.scenes import permit_for, reminder_by_sms, service_by_mail
from training.services import revoke_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(customer, accounts):
    point = customer.contact_points.get(channel="email").pk
    return {"customer": "4711", "contact_point": point, "purpose": "service", "draft_text": "Ihr Gerät ist fertig."}


# --- asking


def test_a_request_is_drafted_changed_handed_in_used_and_closed(speak, asked, cast, now):
    made = speak("anna", "post", "requests", asked)
    assert made.status_code == 201, made.content
    RequestOut.model_validate(made.json())
    assert (made.json()["state"], made.json()["outcome"]) == ("draft", "allowed")
    place = made["Location"].removeprefix("/api/v1/")
    read = speak("anna", "get", place)
    assert read.json() == made.json() and read["ETag"] == made["ETag"]
    Verdict.model_validate(speak("anna", "get", f"{place}/answer").json())
    changed = speak("anna", "patch", place, {"draft_text": "Es ist fertig."}, **{"if-match": read["ETag"]})
    assert (changed.json()["draft_text"], changed.json()["purpose"]) == ("Es ist fertig.", "service")
    handed = speak("anna", "post", f"{place}/submit").json()
    assert handed["state"] == "granted"
    permit = speak("anna", "get", f"permits/{handed['permit']}").json()
    PermitOut.model_validate(permit)
    assert (permit["state"], permit["usable"], permit["uses_made"]) == ("active", True, 0)
    use = speak("anna", "post", f"permits/{handed['permit']}/redeem", {})
    assert use.status_code == 201 and use["Location"] == f"/api/v1/permits/{handed['permit']}/uses/1"
    closed = speak("anna", "post", f"permits/{handed['permit']}/uses/1/outcome", {"result": "sent"})
    assert closed.status_code == 201 and Contact.objects.get().result == "sent"
    told = AuditEntry.objects.filter(after__through="api:for-anna").order_by("pk").values_list("verb", flat=True)
    assert list(told) == [
        "request.asked",
        "request.edited",
        "request.submitted",
        "permit.granted",
        "permit.used",
        "contact.logged",
    ]


def test_a_change_of_a_draft_asks_for_what_was_read(speak, asked):
    place = f"requests/{speak('anna', 'post', 'requests', asked).json()['number']}"
    problem(speak("anna", "patch", place, {"draft_text": "x"}), 428)
    problem(speak("anna", "patch", place, {"draft_text": "x"}, **{"if-match": '"old"'}), 412)
    assert ContactRequest.objects.get().draft_text == "Ihr Gerät ist fertig."


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"contact_point": 999_999}, "contact_point", ""),
        ({"account": 999_999}, "account", "valid choice"),
        ({"account": 1, "private_account": True}, "account", "not both"),
        ({"purpose": "doi_confirmation"}, "purpose", "must be one of"),
        ({"planned_at": "2026-11-20T10:00:00+01:00"}, "planned_at", "This time has passed"),
        ({"planned_at": "2028-11-20T10:00:00+01:00"}, "planned_at", "more than a year ahead"),
        ({"uses_wanted": 6}, "uses_wanted", "too large"),
        ({"draft_text": "x" * 5001}, "draft_text", "5000"),
        ({"state": "granted"}, "state", "no such field"),
    ],
)
def test_a_question_is_refused_with_the_sentence_of_the_page(speak, asked, change, field, words):
    told = problem(speak("anna", "post", "requests", asked | change), 422)
    assert any(words in sentence for sentence in told["errors"][field])
    assert not ContactRequest.objects.exists()


def test_a_change_of_the_address_takes_the_account_along_as_on_the_page(speak, asked, customer, accounts):
    made = speak("anna", "post", "requests", asked)
    assert made.json()["account"] == accounts.email.pk
    phone = customer.contact_points.get(channel="phone").pk
    place = f"requests/{made.json()['number']}"
    changed = speak("anna", "patch", place, {"contact_point": phone}, **{"if-match": made["ETag"]})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["contact_point"], changed.json()["account"]) == (phone, accounts.phone.pk)


def test_the_words_of_a_draft_can_be_changed_after_its_account_was_closed(speak, asked, cast, accounts, now):
    made = speak("anna", "post", "requests", asked)
    close_account(cast.dora, account=accounts.email, at=now)
    place = f"requests/{made.json()['number']}"
    changed = speak("anna", "patch", place, {"draft_text": "Neu."}, **{"if-match": made["ETag"]})
    assert (changed.status_code, changed.json()["draft_text"], changed.json()["account"]) == (200, "Neu.", None)


def test_a_shared_device_that_was_chosen_stays_chosen(speak, asked, customer, cast, now):
    shared = account("Werkstatt", "email", cast, now, kind="company_shared_device")
    made = speak("anna", "post", "requests", asked | {"account": shared.pk})
    place = f"requests/{made.json()['number']}"
    changed = speak("anna", "patch", place, {"draft_text": "Neu."}, **{"if-match": made["ETag"]})
    assert changed.json()["account"] == shared.pk
    phone = customer.contact_points.get(channel="phone").pk
    moved = speak("anna", "patch", place, {"contact_point": phone}, **{"if-match": changed["ETag"]})
    assert "does not reach this address" in problem(moved, 422)["errors"]["account"][0]


@pytest.mark.parametrize("name", ["tom", "rita", "adam"])
def test_who_contacts_nobody_asks_nothing(speak, asked, name):
    problem(speak(name, "post", "requests", asked), 403)


def test_a_private_account_is_forbidden_and_handed_in_refused(speak, asked):
    made = speak("anna", "post", "requests", asked | {"private_account": True}).json()
    assert made["outcome"] == "forbidden"
    told = speak("anna", "post", f"requests/{made['number']}/submit").json()
    assert (told["state"], told["refusal_reason"]) == ("refused", "ACC-01")
    problem(speak("anna", "post", f"requests/{made['number']}/submit"), 409, "moved on")


def test_an_account_for_a_draft_from_a_private_one_is_not_left_unheard(speak, asked, accounts):
    made = speak("anna", "post", "requests", asked | {"private_account": True})
    place, tag = f"requests/{made.json()['number']}", {"if-match": made["ETag"]}
    problem(speak("anna", "patch", place, {"account": accounts.email.pk}, **tag), 422, "not both")
    both = {"account": accounts.email.pk, "private_account": False}
    assert speak("anna", "patch", place, both, **tag).json()["account"] == accounts.email.pk


def test_what_needs_somebody_waits_and_can_be_taken_back(speak, cast, customer, accounts, now):
    number = reminder_by_sms(cast, customer, accounts, now).number
    assert speak("anna", "post", f"requests/{number}/submit").json()["state"] == "with_manager"
    assert speak("mona", "get", f"requests/{number}").status_code == 200
    problem(speak("mona", "post", f"requests/{number}/cancel"), 403)
    assert speak("anna", "post", f"requests/{number}/cancel").json()["state"] == "cancelled"
    problem(speak("anna", "post", f"requests/{number}/cancel"), 409)


def test_there_is_no_way_to_approve():
    assert not [path for path in document()["paths"] if "review" in path or "approve" in path or "verdict" in path]


def test_strangers_see_no_request_and_no_permit(speak, cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    for who in ("stranger", "max", "tom", "adam"):
        for path in (f"requests/{permit.request.number}", f"permits/{permit.number}"):
            problem(speak(who, "get", path), 404)
        assert speak(who, "get", "requests?whose=visible").json()["items"] == []
        assert speak(who, "get", "permits?whose=visible").json()["items"] == []
    for who in ("mona", "dora", "rita"):
        assert speak(who, "get", f"permits/{permit.number}").status_code == 200
        assert len(speak(who, "get", "permits?whose=visible").json()["items"]) == 1
        assert speak(who, "get", "permits").json()["items"] == []
        problem(speak(who, "post", f"permits/{permit.number}/redeem", {}), 403)


def test_a_draft_that_was_sent_back_is_read_as_it_was_handed_in(speak, cast, customer, accounts, now):
    from contacts.requests.services import asking, reviewing

    asked = reminder_by_sms(cast, customer, accounts, now)
    asking.edit(
        cast.anna, request=asked, contact_point=asked.contact_point, account=asked.account, draft_text="Alt", at=now
    )
    asked = submitting.submit(cast.anna, request=asked, at=now)
    asked = reviewing.review(cast.mona, request=asked, verdict="changes_asked", reason="Freundlicher.", at=now)
    tag = speak("anna", "get", f"requests/{asked.number}")["ETag"]
    assert speak("anna", "patch", f"requests/{asked.number}", {"draft_text": "Neu"}, **{"if-match": tag}).json()
    assert speak("mona", "get", f"requests/{asked.number}").json()["draft_text"] == "Alt"


@pytest.mark.parametrize("path", ["requests", "permits"])
@pytest.mark.parametrize("who", ["anna", "mona"])
def test_a_longer_list_takes_no_more_statements(speak, cast, customer, accounts, now, path, who):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            answer = speak(who, "get", f"{path}?whose=visible")
        assert answer.status_code == 200
        return len(seen), len(answer.json()["items"])

    permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    statements()
    few, rows = statements()
    for channel, used in (("phone", accounts.phone), ("letter", accounts.letter)):
        from tests.requests.scenes import ask

        permit_for(ask(cast.anna, customer, channel, used, at=now), cast, now)
    assert statements() == (few, rows + 2)
    assert few <= (4 if who == "anna" else 20)


# --- permits


def test_a_permit_whose_ground_is_gone_ends_with_the_refusal_which_is_kept(speak, cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now)
    keyed = {"idempotency-key": "use-1"}
    first = speak("anna", "post", f"permits/{permit.number}/redeem", {}, **keyed)
    problem(first, 409, "do not make contact")
    decided = DecisionRecord.objects.count()
    again = speak("anna", "post", f"permits/{permit.number}/redeem", {}, **keyed)
    assert problem(again, 409) == first.json() and DecisionRecord.objects.count() == decided
    permit.refresh_from_db()
    assert permit.state == "revoked" and not PermitUse.objects.exists()
    assert speak("anna", "get", f"permits/{permit.number}").json()["state"] == "revoked"


def test_a_permit_that_only_rests_is_used_later_under_the_same_key(speak, cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    use, keyed = f"permits/{permit.number}/redeem", {"idempotency-key": "use-1"}
    revoke_certificate(cast.tom, certificate=cast.anna.certificates.get(), reason="Falscher Kurs", at=now)
    decided = DecisionRecord.objects.count()
    problem(speak("anna", "post", use, {}, **keyed), 409)
    assert not PermitUse.objects.exists() and DecisionRecord.objects.count() == decided + 1
    certify(cast.anna, until=now.date(), by=cast.tom)
    first = speak("anna", "post", use, {}, **keyed)
    assert first.status_code == 201, first.content
    assert speak("anna", "post", use, {}, **keyed).json() == first.json() and PermitUse.objects.count() == 1


def test_a_permit_rests_at_an_address_that_was_given_up(speak, cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    retire_contact_point(cast.clara, point=permit.contact_point, at=now)
    told = speak("anna", "get", f"permits/{permit.number}").json()
    assert (told["usable"], told["because"]) == (False, "address")
    problem(speak("anna", "post", f"permits/{permit.number}/redeem", {}), 409, "no longer used")


def test_the_next_use_needs_the_outcome_of_the_last(speak, cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    ContactRequest.objects.filter(pk=asked.pk).update(uses_wanted=2)
    permit = permit_for(ContactRequest.objects.get(pk=asked.pk), cast, now)
    assert speak("anna", "post", f"permits/{permit.number}/redeem", {}).status_code == 201
    problem(speak("anna", "post", f"permits/{permit.number}/redeem", {}), 409, "Say first what happened")
    outcome = f"permits/{permit.number}/uses/1/outcome"
    problem(speak("anna", "post", outcome, {"result": "withdrew"}), 422)
    problem(speak("anna", "post", outcome, {"result": "other_way"}), 422, "which way")
    assert speak("anna", "post", outcome, {"result": "objected"}).status_code == 201
    assert Objection.objects.get().scope == "marketing_objection"
    problem(speak("anna", "post", outcome, {"result": "sent"}), 409, "already been logged")


def test_a_number_with_a_wrong_digit_is_not_there(speak, cast, customer, accounts, now):
    number = permit_for(service_by_mail(cast, customer, accounts, now), cast, now).number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    problem(speak("anna", "get", f"permits/{wrong}"), 404)
    assert Permit.objects.count() == 1


# --- certificates


def test_whether_training_is_valid_is_told_to_those_who_see_it_and_nothing_else(speak, cast, now):
    about = f"certificates?person={cast.anna.email}"
    for who in ("anna", "mona", "dora", "tom", "rita"):
        answer = speak(who, "get", about)
        assert (answer.status_code, answer.json()) == (200, {"valid": True})
    for who in ("stranger", "max", "sven", "adam", "clara"):
        problem(speak(who, "get", about), 404)
    problem(speak("dora", "get", "certificates?person=nobody@firma.example"), 404)
    assert speak("dora", "get", f"{about}&kind=messenger").json() == {"valid": False}


def test_training_ends_with_its_day(speak, cast, now, time_machine):
    speak("anna", "get", "certificates?person=x@y.example")
    time_machine.move_to(now + timedelta(days=29))
    assert speak("tom", "get", f"certificates?person={cast.anna.email}").json()["valid"] is True
    cast.anna.certificates.get()
    revoke_certificate(cast.tom, certificate=cast.anna.certificates.get(), reason="Falsche Person", at=now)
    assert speak("tom", "get", f"certificates?person={cast.anna.email}").json()["valid"] is False


def test_a_number_is_checked_as_by_anybody(speak, call, cast, now):
    number = cast.anna.certificates.get().number
    key = token_for(cast, now, "gate", EVERYTHING)
    assert call(path=f"certificates/{number}", method="get", key=key).json() == {"valid": True}
    assert call(path="certificates/Z-1-0", method="get", key=key).json() == {"valid": False}
    problem(call(path=f"certificates?person={cast.anna.email}", method="get", key=key), 403, "acts for nobody")

"""Idempotency-Key on everything that changes something: the same answer again, and nothing happens twice."""

from datetime import timedelta

import pytest

from contacts.customers import services
from contacts.customers.models import ContactPoint, Customer, Objection
from contacts.requests.models import PermitUse
from portal.api.document import document
from portal.api.places import place_of
from portal.audit.models import AuditEntry
from portal.database import lock_name
from portal.machines import once
from portal.machines.models import MachineCall
from portal.machines.once import forget_keys
from tests.api.conftest import problem
from tests.cast import make_customer
from tests.requests.scenes import permit_for, service_by_mail

pytestmark = pytest.mark.django_db
REFUSED = {"scope": "marketing_objection", "note": "am Telefon"}
WHERE = "customers/4711/objections"
KEY = {"idempotency-key": "crm-1"}


def test_the_same_key_gets_the_first_answer_and_nothing_happens_twice(speak, customer):
    first = speak("anna", "post", WHERE, REFUSED, **KEY)
    again = speak("anna", "post", WHERE, dict(reversed(REFUSED.items())), **KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert Objection.objects.count() == AuditEntry.objects.filter(verb="objection.recorded").count() == 1


def test_what_was_made_is_found_at_the_same_address_with_the_same_version(speak):
    new = {"number": "8000", "last_name": "Neumann"}
    first, again = (speak("clara", "post", "customers", new, **KEY) for _time in range(2))
    assert (first["Location"], first["ETag"]) == (again["Location"], again["ETag"])
    assert (
        Customer.objects.filter(number="8000").count()
        == AuditEntry.objects.filter(verb="customer.created").count()
        == 1
    )


def test_the_same_key_with_other_content_is_a_conflict(speak, customer):
    speak("anna", "post", WHERE, REFUSED, **KEY)
    problem(speak("anna", "post", WHERE, REFUSED | {"scope": "full_block"}, **KEY), 409, "other content")
    assert Objection.objects.count() == 1


def test_a_key_counts_for_its_path_and_its_system(speak, customer):
    speak("anna", "post", WHERE, REFUSED, **KEY)
    assert speak("mona", "post", WHERE, REFUSED | {"note": ""}, **KEY).status_code == 201
    point = {"channel": "email", "value": "n@post.example", "source": "referral", "collected_on": "2026-11-20"}
    assert speak("anna", "post", "customers/4711/contact-points", point, **KEY).status_code == 201
    assert Objection.objects.count() == 2


def test_a_refused_call_keeps_no_key_and_can_be_put_right(speak, customer):
    problem(speak("anna", "post", WHERE, {"scope": "no"}, **KEY), 422)
    point = customer.contact_points.get(channel="email")
    twice = {"channel": "email", "value": point.value, "source": "referral", "collected_on": "2026-11-20"}
    problem(speak("anna", "post", "customers/4711/contact-points", twice, **KEY), 422)
    assert not MachineCall.objects.exists()
    right = twice | {"value": "anders@post.example"}
    assert speak("anna", "post", "customers/4711/contact-points", right, **KEY).status_code == 201


def test_a_call_without_a_body_has_a_key_too(speak, customer):
    place = f"customers/4711/contact-points/{customer.contact_points.get(channel='email').pk}/retire"
    first = speak("clara", "post", place, **KEY)
    assert speak("clara", "post", place, **KEY).json() == first.json()
    assert ContactPoint.objects.filter(retired_at__isnull=False).count() == 1
    problem(speak("clara", "post", place), 404)


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ü"])
def test_a_key_that_is_none_is_refused(speak, customer, key):
    problem(speak("anna", "post", WHERE, REFUSED, **{"idempotency-key": key}), 400, "Idempotency-Key")
    assert not Objection.objects.exists()


def test_a_key_is_kept_for_a_day_and_deleted_by_the_clock(speak, customer, now):
    speak("anna", "post", WHERE, REFUSED, **KEY)
    almost = now + timedelta(hours=24) - timedelta(seconds=1)
    assert forget_keys(at=almost) == 0 and forget_keys(at=now + timedelta(hours=24)) == 1
    assert not MachineCall.objects.exists()


def test_the_number_of_an_entry_is_kept_for_ever(speak, customer, now):
    sent = {"customer": "4711", "scope": "full_block", "origin": "shop-1"}
    assert speak("anna", "post", "objections", sent).status_code == 200
    assert forget_keys(at=now + timedelta(days=3000)) == 0 and MachineCall.objects.get().keep_until is None


def test_every_call_that_changes_something_takes_a_key_or_a_version():
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "header"}
            if method == "patch":
                assert named == {"If-Match"}, path
            elif method == "post" and not path.endswith("/evaluate") and "origin" not in str(operation):
                assert named == {"Idempotency-Key"}, path


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_being_done_is_told_so(speak, customer, monkeypatch):
    from threading import Event, Thread

    from django.db import connection, transaction

    monkeypatch.setattr(once, "PATIENCE_MILLISECONDS", 50)
    speak("anna", "get", "customers/4711")
    token = MachineCall._meta.get_field("token").related_model.objects.get(name="for-anna")
    held, done = Event(), Event()

    def hold():
        with transaction.atomic():
            lock_name(f"machine:{token.pk}:POST {place_of('api_customer_objections', {'number': '4711'})}:crm-1")
            held.set()
            done.wait(10)
        connection.close()

    other = Thread(target=hold)
    other.start()
    held.wait(10)
    try:
        answer = speak("anna", "post", WHERE, REFUSED, **KEY)
    finally:
        done.set()
        other.join()
    problem(answer, 409, "is being done")
    assert answer["Retry-After"] == "1" and not Objection.objects.exists()
    assert speak("anna", "post", WHERE, REFUSED, **KEY).status_code == 201


def test_a_key_whose_day_is_over_is_free_again_though_no_clock_ran(speak, customer, time_machine, now):
    speak("anna", "post", WHERE, REFUSED, **KEY)
    time_machine.move_to(now + timedelta(hours=24), tick=False)
    assert speak("anna", "post", WHERE, REFUSED | {"scope": "full_block"}, **KEY).status_code == 201
    assert Objection.objects.count() == 2 and MachineCall.objects.get().at == now + timedelta(hours=24)


def test_a_key_counts_for_the_thing_however_its_number_is_spelled(speak, cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    spellings = (permit.number, permit.number.lower(), permit.number.removeprefix("P-").replace("-", "%20" * 40))
    sent = [speak("anna", "post", f"permits/{number}/redeem", {}, **KEY) for number in spellings]
    assert [answer.status_code for answer in sent] == [201, 201, 201]
    assert (
        len({str(sorted(answer.json().items())) for answer in sent})
        == PermitUse.objects.count()
        == MachineCall.objects.count()
        == 1
    )


def test_a_key_counts_for_the_customer_however_the_number_is_spelled(speak, customer, now):
    make_customer(now, "ab-7")
    first = speak("anna", "post", "customers/ab-7/objections", REFUSED, **KEY)
    again = speak("anna", "post", "customers/AB-7/objections", REFUSED, **KEY)
    assert again.json() == first.json() and Objection.objects.count() == 1


def test_kept_answers_go_with_the_person(speak, cast, customer, accounts, now):
    """Names and addresses of who was erased stay nowhere; those of others do."""
    new = {"number": "Ab-80", "last_name": "Neumann", "birth_date": "1980-01-02"}
    assert speak("clara", "post", "customers", new, **KEY).status_code == 201
    point = {"channel": "email", "value": "n@post.example", "source": "referral", "collected_on": "2026-11-20"}
    for number in ("aB-80", "4711"):
        assert speak("clara", "post", f"customers/{number}/contact-points", point, **KEY).status_code == 201
    services.erase_customer(cast.dora, customer=Customer.objects.get(number="Ab-80"), at=now)
    (left,) = MachineCall.objects.all()
    assert left.customer == "4711"


def test_the_words_of_a_draft_and_of_an_outcome_go_with_the_person(speak, cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    mail = customer.contact_points.get(channel="email")
    draft = {"customer": "4711", "contact_point": mail.pk, "purpose": "service", "draft_text": "Guten Tag, Erika"}
    assert speak("anna", "post", "requests", draft, **KEY).status_code == 201
    assert speak("anna", "post", f"permits/{permit.number}/redeem", {}, **KEY).status_code == 201
    outcome = {"result": "reached", "note": "Erika ist umgezogen."}
    assert speak("anna", "post", f"permits/{permit.number}/uses/1/outcome", outcome, **KEY).status_code == 201
    assert "Erika" in str(list(MachineCall.objects.values()))
    services.erase_customer(cast.dora, customer=customer, at=now)
    assert "Erika" not in str(list(MachineCall.objects.values()))


def test_the_number_of_an_entry_stays_after_an_erasure(speak, cast, customer, now):
    """Else a repeated call would act again."""
    speak("anna", "post", "objections", {"customer": "4711", "scope": "full_block", "origin": "shop-1"})
    services.erase_customer(cast.dora, customer=customer, at=now)
    assert MachineCall.objects.filter(origin="shop-1").exists()

"""What the rooms tell, in the transaction of what happened: numbers and states, nobody's name."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from consent.services import give_consent, record_passage, withdraw_consent
from contacts.customers.importing.engine import import_file
from contacts.customers.services import record_objection
from contacts.incidents.services.reporting import report
from contacts.requests.services import permits
from portal.webhooks import telling
from portal.webhooks.models import Endpoint, Event, EventType
from tests.cast import wording
from tests.customers.lists import row, text
from tests.requests import scenes
from tests.webhooks.conftest import endpoint_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _somebody_listens(cast, now) -> Endpoint:
    return endpoint_at(cast.adam, "https://crm.example/hooks", now)[0]


def told(type: EventType) -> list[dict]:
    return [event.data for event in Event.objects.filter(type=type).order_by("pk")]


def give(cast, customer, now, **fields):
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"}
    values |= {"text": wording("marketing", "email"), "given_at": now - timedelta(days=40)} | fields
    consent = give_consent(cast.clara, customer=customer, at=now - timedelta(days=40), **values)
    (given,) = told(EventType.CONSENT_CHANGED)
    assert (given["state"], given["because"]) == ("active", "given")
    Event.objects.all().delete()
    return consent


def test_a_withdrawn_consent(cast, customer, now):
    consent = give(cast, customer, now)
    withdraw_consent(cast.clara, consent=consent, how="written", at=now)
    (said,) = told(EventType.CONSENT_CHANGED)
    assert said == {
        "customer": "4711",
        "customer_id": customer.pk,
        "consent": consent.pk,
        "purpose": "marketing",
        "channel": consent.channel,
        "platform": consent.platform or None,
        "state": "withdrawn",
        "because": "withdrawn",
    }
    assert set(Event.objects.values_list("customer_id", flat=True)) == {customer.pk}


def test_a_consent_that_ended_by_itself(cast, customer, now):
    consent = give(cast, customer, now, ends_on=now.date() - timedelta(days=1))
    assert record_passage(at=now) == 1
    assert told(EventType.CONSENT_CHANGED) == [
        {
            "customer": "4711",
            "customer_id": customer.pk,
            "consent": consent.pk,
            "purpose": "marketing",
            "channel": "email",
            "platform": None,
            "state": "expired",
            "because": "expired",
        }
    ]


def test_an_objection(cast, customer, now):
    values = {"scope": "marketing_objection", "channel": "", "how": "spoken", "note": "am Telefon, sehr verärgert"}
    made = record_objection(cast.anna, customer=customer, at=now, **values)
    assert told(EventType.OBJECTION_RECORDED) == [
        {
            "customer": "4711",
            "customer_id": customer.pk,
            "objection": made.pk,
            "scope": "marketing_objection",
            "channel": None,
        }
    ]


def test_a_permit_from_its_grant_to_its_end(cast, customer, accounts, now):
    permit = scenes.permit_for(scenes.service_by_mail(cast, customer, accounts, now), cast, now)
    permits.revoke(cast.mona, permit=permit, reason="Der Kunde heißt jetzt anders.", at=now)
    (granted,), (revoked,) = told(EventType.PERMIT_GRANTED), told(EventType.PERMIT_REVOKED)
    assert (granted["permit"], granted["state"], granted["channel"]) == (permit.number, "active", "email")
    assert (revoked["permit"], revoked["state"]) == (permit.number, "revoked")


def test_an_incident_says_nobody(cast, customer, now):
    times = {"happened_at": now - timedelta(hours=2), "noticed_at": now - timedelta(hours=1), "at": now}
    values = {"kind": "other", "description": "Etwas ist geschehen.", "customer": customer}
    made = report(cast.anna, key=uuid4(), **times, **values)
    (said,) = told(EventType.INCIDENT_OPENED)
    assert set(said) == {"incident", "kind", "due_at"} and said["incident"] == made.number


def test_no_event_names_anybody(cast, customer, accounts, now):
    test_a_withdrawn_consent(cast, customer, now)
    test_a_permit_from_its_grant_to_its_end(cast, customer, accounts, now)
    record_objection(cast.anna, customer=customer, scope="full_block", channel="", how="spoken", at=now)
    all_of_it = json.dumps([event.data for event in Event.objects.all()])
    assert Event.objects.count() >= 3
    private = [customer.first_name, customer.last_name, cast.anna.last_name, "verärgert", "heißt"]
    private += list(customer.contact_points.values_list("value", flat=True))
    assert not [word for word in private if word and word in all_of_it]


def test_objections_that_come_with_a_list(cast, now, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(text(row("9001", Werbesperre="ja"), row("9002")), encoding="utf-8")
    import_file(file, actor=cast.clara, at=now)
    (said,) = told(EventType.OBJECTION_RECORDED)
    assert (said["customer"], said["scope"]) == ("9001", "marketing_objection")


def test_an_event_goes_with_its_transaction(cast, customer, now):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record_objection(cast.anna, customer=customer, scope="full_block", channel="", how="spoken", at=now)
        raise ZeroDivisionError
    assert not Event.objects.exists()


def test_many_events_keep_their_order_and_cost_one_statement(customer, now, django_assert_num_queries):
    many = [telling.Told(EventType.CONSENT_CHANGED, 7, {"number": number}) for number in range(300)]
    with django_assert_num_queries(1):
        telling.tell_all(many, at=now)
    assert [one["number"] for one in told(EventType.CONSENT_CHANGED)] == list(range(300))


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(now):
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        telling.tell(EventType.CONSENT_CHANGED, {}, customer_id=1, at=now)

"""What happened in a contact, and what each outcome does at once."""

import pytest
import time_machine
from django.core.exceptions import ValidationError

from consent.services import withdraw_consent
from contacts.customers.models import Objection
from contacts.customers.services import verify_contact_point
from contacts.incidents.models import Incident
from contacts.requests.models import Contact, Permit
from contacts.requests.permit_forms import EFFECTS
from contacts.requests.services import permits
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.browsing import form, words
from tests.requests.scenes import advertising_permit, agreed_to_advertising, as_, ask, newsletter, permit_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def advertising(cast, customer, accounts, now) -> Permit:
    """Sven's newsletter, on the customer's consent."""
    return advertising_permit(cast, customer, accounts, now)


@pytest.fixture
def service(cast, customer, accounts, now) -> Permit:
    """Anna's, twice, on the contract."""
    return permit_for(ask(cast.anna, customer, "email", accounts.email, at=now, uses_wanted=2), cast, now)


def log(permit, now, result, note=""):
    use = permits.redeem(permit.holder, permit=permit, at=now).use
    return permits.log_contact(permit.holder, use=use, result=result, note=note, at=now)


def consent_of(customer):
    return customer.consents.get(purpose="marketing", channel="email")


@pytest.mark.parametrize("result", ["reached", "not_reached", "sent"])
def test_what_happened_is_kept_and_leaves_the_permit(service, now, result):
    log(service, now, result)
    service.refresh_from_db()
    assert (Contact.objects.get().result, service.state) == (result, "active")


# --- taken back


def test_a_consent_taken_back_in_the_contact_ends_in_the_same_commit(cast, customer, advertising, now):
    log(advertising, now, "withdrew")
    event = consent_of(customer).events.order_by("-pk").first()
    assert (consent_of(customer).withdrawn_at, event.kind, event.how) == (now, "withdrawn", "contact")
    assert event.evidence == advertising.number
    told = OutboxMessage.objects.filter(topic="customer.grounds_changed", done_at=None)
    assert told.exists(), "no handler has run: the withdrawal was not left to one"


def test_what_is_taken_back_stops_a_colleague_who_rests_on_it(cast, customer, accounts, advertising, now):
    other = permit_for(newsletter(cast.stranger, customer, accounts, now), cast, now)
    log(advertising, now, "withdrew")
    assert permits.redeem(cast.stranger, permit=other, at=now).use is None


def test_who_takes_it_back_is_known_to_the_trail(cast, advertising, now):
    log(advertising, now, "withdrew")
    entries = AuditEntry.objects.filter(verb__in=["contact.logged", "consent.withdrawn"]).order_by("pk")
    assert [(entry.verb, entry.actor) for entry in entries] == [
        ("contact.logged", cast.sven),
        ("consent.withdrawn", cast.sven),
    ]


def test_a_withdrawal_that_fails_takes_the_log_back_with_it(advertising, now, settings):
    settings.WITHDRAWN_IN_CONTACT = "tests.requests.test_outcomes.refuse"
    use = permits.redeem(advertising.holder, permit=advertising, at=now).use
    with pytest.raises(RuntimeError):
        permits.log_contact(advertising.holder, use=use, result="withdrew", note="", at=now)
    assert not Contact.objects.exists()


def refuse(*_told) -> None:
    raise RuntimeError


def test_what_was_withdrawn_meanwhile_is_logged_all_the_same(cast, customer, advertising, now):
    use = permits.redeem(cast.sven, permit=advertising, at=now).use
    withdraw_consent(cast.clara, consent=consent_of(customer), how="written", at=now)
    permits.log_contact(cast.sven, use=use, result="withdrew", note="", at=now)
    assert Contact.objects.get().result == "withdrew"
    assert consent_of(customer).events.filter(kind="withdrawn").count() == 1


def test_what_rested_on_no_consent_has_none_to_take_back(cast, customer, service, now):
    agreed_to_advertising(cast, customer, now)
    with pytest.raises(ValidationError, match="rested on no consent"):
        log(service, now, "withdrew")
    assert consent_of(customer).withdrawn_at is None
    assert not Contact.objects.exists()


def test_only_a_contact_on_a_consent_offers_to_take_it_back(cast, service, advertising, now):
    for permit, offered in ((service, False), (advertising, True)):
        use = permits.redeem(permit.holder, permit=permit, at=now).use
        page = as_(permit.holder).get(f"/permits/{permit.number}/uses/{use.use_number}/")
        assert ('value="withdrew"' in page.content.decode()) is offered


# --- refused


@pytest.mark.parametrize(("result", "scope"), [("objected", "marketing_objection"), ("full_block", "full_block")])
def test_what_is_refused_in_the_contact_is_recorded_with_the_permit(customer, service, now, result, scope):
    log(service, now, result)
    said = Objection.objects.get(customer=customer)
    assert (said.scope, said.how, said.note, said.received_at) == (scope, "contact", service.number, now)


def test_after_an_objection_to_advertising_the_second_service_contact_stays_possible(service, now):
    log(service, now, "objected")
    assert permits.redeem(service.holder, permit=service, at=now).use is not None


def test_after_a_full_block_the_second_contact_is_refused(service, now):
    log(service, now, "full_block")
    assert permits.redeem(service.holder, permit=service, at=now).use is None


# --- the wrong person


def test_a_wrong_person_ends_the_uses_that_were_left(service, now):
    log(service, now, "wrong_person")
    service.refresh_from_db()
    assert (service.state, service.revoked_reason) == ("revoked", "reached_stranger")
    page = words(as_(service.holder).get(f"/permits/{service.number}/"))
    assert "A contact under this permit reached a wrong person." in page


def test_a_wrong_person_of_the_last_use_leaves_it_used(advertising, now):
    log(advertising, now, "wrong_person")
    advertising.refresh_from_db()
    assert advertising.state == "used"


def test_after_a_wrong_person_nobody_uses_that_address_until_it_is_verified(cast, customer, accounts, service, now):
    other = permit_for(ask(cast.sven, customer, "email", accounts.email, at=now), cast, now)
    log(service, now, "wrong_person")
    other.refresh_from_db()
    assert (other.state, other.revoked_reason) == ("revoked", "reached_stranger")
    asked = ask(cast.sven, customer, "email", accounts.email, at=now)
    assert asked.outcome == "forbidden"
    verify_contact_point(cast.clara, point=service.contact_point, at=now)
    assert ask(cast.sven, customer, "email", accounts.email, at=now).outcome == "allowed"


def test_a_wrong_person_becomes_an_incident_with_this_contact(cast, service, now):
    contact = log(service, now, "wrong_person", note="Es meldete sich die Nachbarin.")
    deliver_due(at=now)
    deliver_due(at=now)
    incident = Incident.objects.get()
    assert (incident.contact, incident.permit, incident.reporter) == (contact, service, cast.anna)
    assert "Nachbarin" in incident.description


# --- another way


def test_another_way_needs_to_be_named(service, now):
    use = permits.redeem(service.holder, permit=service, at=now).use
    page = f"/permits/{service.number}/uses/{use.use_number}/"
    client = as_(service.holder)
    shown = form(client.get(page))
    answer = client.post(page, shown.fields | {"result": "other_way", "note": " "})
    assert "Say which way the person wants" in words(answer)
    assert not Contact.objects.exists()
    client.post(page, shown.fields | {"result": "other_way", "note": "Lieber per Brief."})
    assert Contact.objects.get().note == "Lieber per Brief."


# --- the page


def test_every_outcome_says_what_it_does():
    assert set(EFFECTS) == set(Contact.Result)


def test_the_page_says_what_each_outcome_does(cast, advertising, now):
    permits.redeem(cast.sven, permit=advertising, at=now)
    page = words(as_(cast.sven).get(f"/permits/{advertising.number}/uses/1/"))
    for effect in EFFECTS.values():
        assert str(effect) in page


def test_without_a_choice_the_page_says_what_to_do(cast, advertising, now):
    permits.redeem(cast.sven, permit=advertising, at=now)
    answer = as_(cast.sven).post(f"/permits/{advertising.number}/uses/1/", {"note": ""})
    assert "Choose what happened, so that what the person said can count." in words(answer)

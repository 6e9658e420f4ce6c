"""A press in a mail says something about the address that the mail went to, and nothing about another one."""

from datetime import timedelta

import pytest

from consent import services
from consent.models import Consent
from contacts.customers.models import Customer
from contacts.customers.services import (
    add_contact_point,
    record_objection,
    retire_contact_point,
    verify_contact_point,
)
from contacts.requests.context import Question, load
from portal.audit.models import AuditEntry
from tests.cast import wording
from tests.consent.outside import token_of_opt_in
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sign_up(cast, customer, now):
    def sign_up(address, at=now):
        text = wording("marketing", "email")
        return services.request_opt_in(cast.clara, address=address, customer=customer, text=text, via="officer", at=at)

    return sign_up


@pytest.fixture
def add(cast, customer, now):
    def add(value):
        return add_contact_point(
            cast.anna, customer=customer, channel="email", value=value, source="data_subject",
            collected_on=now.date(), at=now,
        )  # fmt: skip

    return add


def facts(cast, customer, address, at):
    context = load(Customer.objects.get(pk=customer.pk), cast.sven, at=at)
    return context.facts(Question(point=address, account=None, purpose="marketing"))


def test_a_confirmed_sign_up_counts_for_its_address_and_for_one_that_somebody_made_sure_of(
    cast, customer, now, sign_up, add
):
    first, second = add("erika.eins@post.example"), add("erika.zwei@post.example")
    consent = services.confirm_opt_in(token_of_opt_in(sign_up(first.value)), at=now)
    assert (consent.contact_point, consent.events.get(kind="confirmed").contact_point) == (first, first)
    for address, state, proof in ((first, "active", True), (second, "none", False)):
        address.refresh_from_db()
        told = facts(cast, customer, address, now)
        assert (told.consent_state.value, told.consent_proof) == (state, proof)
    verify_contact_point(cast.clara, point=second, at=now)
    assert facts(cast, customer, second, now).consent_state == "active"


def test_a_confirmed_sign_up_lifts_no_objection_for_another_address(cast, customer, now, sign_up, add):
    first, second = add("erika.eins@post.example"), add("erika.zwei@post.example")
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    services.confirm_opt_in(token_of_opt_in(sign_up(first.value)), at=now + MINUTE)
    told = {point.pk: facts(cast, customer, point, now + 2 * MINUTE).objection.value for point in (first, second)}
    assert told == {first.pk: "none", second.pk: "marketing_objection"}


def test_a_withdrawal_counts_for_every_address(cast, customer, now, sign_up, add):
    first, second = add("erika.eins@post.example"), add("erika.zwei@post.example")
    consent = services.confirm_opt_in(token_of_opt_in(sign_up(first.value)), at=now)
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now + MINUTE)
    assert {facts(cast, customer, point, now + MINUTE).consent_state.value for point in (first, second)} == {
        "withdrawn"
    }


def test_a_renewal_stays_with_the_address_and_a_paper_counts_for_all(cast, customer, now, sign_up, add):
    first, second = add("erika.eins@post.example"), add("erika.zwei@post.example")
    consent = services.confirm_opt_in(token_of_opt_in(sign_up(first.value)), at=now)
    words = {"how": "paper", "evidence": "Formular", "text": wording("marketing", "email")}
    at = now + MINUTE
    services.renew_consent(cast.clara, consent=consent, given_at=at, at=at, **words)
    assert facts(cast, customer, second, at).consent_state == "none"
    way = {"customer": customer, "purpose": "marketing", "channel": "email"}
    services.give_consent(cast.clara, given_at=at, at=at, **way, **words)
    assert facts(cast, customer, second, at).consent_state == "active"
    assert list(services.differences(at=at)) == []


def test_the_press_makes_sure_of_the_address(cast, now, customer, sign_up, add):
    first = add("erika.eins@post.example")
    services.confirm_opt_in(token_of_opt_in(sign_up(first.value)), at=now + MINUTE)
    first.refresh_from_db()
    assert (first.verified_at, first.verified_by) == (now + MINUTE, None)
    entry = AuditEntry.objects.get(verb="contact_point.verified")
    assert (entry.job, entry.customer_id) == ("customer.confirmation", customer.pk)


def test_who_gave_the_address_up_before_the_press_has_not_pressed(cast, customer, now, sign_up, add):
    """Somebody else reads that mail by now: what they agree to is theirs, and the new address stays as it was."""
    first = add("erika.eins@post.example")
    row = sign_up(first.value)
    retire_contact_point(cast.clara, point=first, at=now + MINUTE)
    second = add("erika.zwei@post.example")
    consent = services.confirm_opt_in(token_of_opt_in(row), at=now + 2 * MINUTE)
    assert consent.customer != customer
    assert consent.contact_point.value == first.value
    assert not Consent.objects.filter(customer=customer).exists()
    assert facts(cast, customer, second, now + 3 * MINUTE).consent_state == "none"


def test_the_page_and_the_evidence_name_the_address(cast, customer, now, sign_up, add):
    first = add("erika.eins@post.example")
    consent = services.confirm_opt_in(token_of_opt_in(sign_up(first.value)), at=now)
    url = f"/customers/{customer.number}/consents/{consent.pk}/"
    assert first.value in as_(cast.dora).get(url).content.decode()
    told = as_(cast.dora).get(url + "evidence.json").json()
    assert [entry["address"] for entry in told["events"]] == ["", first.value]

"""What a customer takes back or refuses counts with its own commit: no permit outlives it, no job need have run."""

import email
import email.policy
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from consent.services import give_consent, withdraw_consent
from contacts.customers.models import Objection, SuppressionEntry
from contacts.customers.services import record_objection
from contacts.requests.models import DecisionRecord, PermitUse
from contacts.requests.services import permits
from contacts.requests.services.common import NotNow
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.browsing import form, links, words
from tests.cast import make_customer
from tests.requests.scenes import advertising_permit, ask, permit_for, service_by_mail

pytestmark = pytest.mark.django_db
WITHDRAWN = "The consent has been withdrawn; from now on this contact is not permitted."
OBJECTED = "The customer has objected to advertising; the objection is absolute and has no expiry."
BLOCKED = "The customer refuses all contact;"


@pytest.fixture(autouse=True)
def _clock_stands(now):
    """Pages ask the clock; here it stands at `now`, so nothing ends by time."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def advertising(cast, customer, accounts, now):
    """Sven's, on the customer's consent; the mails of its granting are out already."""
    permit = advertising_permit(cast, customer, accounts, now)
    deliver_due(at=now)
    return permit


@pytest.fixture
def service(cast, customer, accounts, now):
    """Anna's, on the contract: no consent carries it."""
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    deliver_due(at=now)
    return permit


def by(user) -> Client:
    """A browser that keeps the portal's own protection against forged forms switched on."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def press(client: Client, page: str, **entered: str):
    """Open a page and press its button with what stands in the form already, and what is entered."""
    shown = form(client.get(page))
    return client.post(shown.action or page, shown.fields | entered, follow=True)


def consent_of(customer):
    return customer.consents.get(purpose="marketing", channel="email")


def withdrawing(customer) -> str:
    return reverse("consent_withdraw", args=[customer.number, consent_of(customer).pk])


def objecting(customer) -> str:
    return reverse("consent_stop", args=[customer.number])


def try_to_use(permit):
    """What the holder reads after pressing the button that was on the page before the customer spoke."""
    client = by(permit.holder)
    client.get(reverse("start"))
    token = client.cookies.get("csrftoken") or client.cookies.get("csrf")
    sent = {"csrfmiddlewaretoken": token.value}
    return client.post(reverse("permit_redeem", args=[permit.number]), sent, follow=True)


def usable(permit, now) -> bool:
    """Whether the holder can make contact now; asking does not spend the permit."""
    with transaction.atomic():
        used = permits.redeem(permit.holder, permit=permit, at=now).use is not None
        transaction.set_rollback(True)
    return used


def mails(folder):
    """Those that tell a holder to stop."""
    found = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("*.eml")]
    return [mail for mail in found if mail["Subject"].startswith(("Stop: permit", "Stopp: Die Freigabe"))]


# --- two clicks


def test_a_consent_is_withdrawn_in_two_clicks_from_the_customers_page(cast, customer, advertising, now):
    client = by(cast.anna)
    assert withdrawing(customer) in links(client.get(reverse("customer", args=[customer.number])))
    answer = press(client, withdrawing(customer))
    assert consent_of(customer).withdrawn_at == now
    assert "The withdrawal counts from this moment." in words(answer)


def test_the_first_click_alone_withdraws_nothing(cast, customer, advertising, now):
    by(cast.anna).get(withdrawing(customer))
    assert consent_of(customer).withdrawn_at is None
    assert usable(advertising, now)


def test_after_a_withdrawal_the_customers_page_offers_it_no_more(cast, customer, advertising):
    client = by(cast.anna)
    page = press(client, withdrawing(customer))
    assert withdrawing(customer) not in links(page)
    assert "Withdrawn" in words(page)


def test_an_objection_is_recorded_in_two_clicks_from_the_customers_page(cast, customer, now):
    client = by(cast.anna)
    assert objecting(customer) in links(client.get(reverse("customer", args=[customer.number])))
    answer = press(client, objecting(customer))
    objection = Objection.objects.get()
    assert (objection.scope, objection.channel, objection.how) == ("marketing_objection", "", "spoken")
    assert (objection.received_at, objection.recorded_by) == (now, cast.anna)
    assert "No advertising" in words(answer)


def test_who_only_reads_is_offered_neither(cast, customer, advertising):
    offered = links(by(cast.rita).get(reverse("customer", args=[customer.number])))
    assert not {withdrawing(customer), objecting(customer)} & set(offered)


def test_a_forged_form_withdraws_nothing(cast, customer, advertising):
    assert by(cast.anna).post(withdrawing(customer), {"how": "spoken"}).status_code == 403
    assert consent_of(customer).withdrawn_at is None


# --- at that commit, with every worker stopped


def test_a_withdrawn_consent_refuses_the_use_and_says_why(cast, customer, advertising):
    press(by(cast.anna), withdrawing(customer))
    told = OutboxMessage.objects.filter(topic="customer.grounds_changed")
    assert list(told.values_list("done_at", flat=True)) == [None, None], "the withdrawal and the objection that it is"
    answer = words(try_to_use(advertising))
    assert "Stop: do not make contact." in answer
    assert WITHDRAWN in answer
    assert OBJECTED in answer
    assert not PermitUse.objects.exists()


def test_the_permits_page_says_stop_though_the_bookkeeping_says_active(cast, customer, advertising):
    press(by(cast.anna), withdrawing(customer))
    advertising.refresh_from_db()
    assert advertising.state == "active"
    page = by(cast.sven).get(reverse("permit", args=[advertising.number]))
    assert "Stop: the grounds of this permit are gone" in words(page)
    assert WITHDRAWN in words(page)
    assert b"Make contact now" not in page.content


def test_the_refused_use_is_kept_as_evidence_with_its_facts(cast, customer, advertising):
    press(by(cast.anna), withdrawing(customer))
    try_to_use(advertising)
    kept = DecisionRecord.objects.get(stage="redeem")
    assert (kept.outcome, kept.deciding_rules) == ("forbidden", ["OBJ-01", "CON-01"])
    assert kept.facts["consent_state"] == "withdrawn"


def test_a_withdrawn_consent_leaves_a_permit_that_rests_on_the_contract(cast, customer, advertising, service, now):
    press(by(cast.anna), withdrawing(customer))
    assert not usable(advertising, now)
    assert usable(service, now)


def test_a_withdrawal_of_another_purpose_leaves_the_permit(cast, customer, advertising, now):
    given = {"purpose": "satisfaction_survey", "channel": "email", "how": "paper", "evidence": "Formular 13"}
    survey = give_consent(cast.clara, customer=customer, given_at=now, at=now, **given)
    press(by(cast.anna), reverse("consent_withdraw", args=[customer.number, survey.pk]))
    assert usable(advertising, now)


def test_a_use_made_before_the_withdrawal_stays_as_it_was(cast, customer, advertising, now):
    permits.redeem(cast.sven, permit=advertising, at=now)
    press(by(cast.anna), withdrawing(customer))
    deliver_due(at=now)
    advertising.refresh_from_db()
    assert (advertising.state, advertising.revoked_reason) == ("used", "")


@pytest.mark.parametrize("name", ["sven", "anna"])
def test_nobody_gets_a_new_permit_on_a_withdrawn_consent(cast, customer, accounts, advertising, now, name):
    press(by(cast.anna), withdrawing(customer))
    asked = ask(getattr(cast, name), customer, "email", accounts.email, at=now, purpose="marketing")
    assert asked.outcome == "forbidden"


def test_a_new_consent_does_not_wake_a_revoked_permit(cast, customer, accounts, advertising, now):
    press(by(cast.anna), withdrawing(customer))
    deliver_due(at=now)
    later = now + timedelta(hours=1)
    given = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 14"}
    give_consent(cast.clara, customer=customer, given_at=later, at=later, **given)
    with pytest.raises(NotNow, match="has ended"):
        permits.redeem(cast.sven, permit=advertising, at=later)


# --- the bookkeeping


def test_after_delivery_the_permit_is_revoked_by_the_rules_that_ended_it(cast, customer, advertising, now):
    press(by(cast.anna), withdrawing(customer))
    deliver_due(at=now)
    advertising.refresh_from_db()
    ended = ("revoked", "OBJ-01, CON-01", now)
    assert (advertising.state, advertising.revoked_reason, advertising.revoked_at) == ended
    entry = AuditEntry.objects.get(verb="permit.revoked")
    assert (entry.actor, entry.job, entry.subject_id) == (None, "requests.recheck", advertising.number)


def test_after_delivery_the_other_permit_is_untouched_and_its_holder_hears_nothing(
    cast, customer, advertising, service, now, mail_folder
):
    press(by(cast.anna), withdrawing(customer))
    deliver_due(at=now)
    service.refresh_from_db()
    assert service.state == "active"
    assert [mail["To"] for mail in mails(mail_folder)] == [cast.sven.email]


def test_the_permits_of_other_customers_are_untouched(cast, customer, accounts, advertising, now):
    other = advertising_permit(cast, make_customer(now, "4712"), accounts, now)
    press(by(cast.anna), withdrawing(customer))
    deliver_due(at=now)
    other.refresh_from_db()
    assert other.state == "active"


def test_the_holder_gets_one_mail_however_often_is_delivered(cast, customer, advertising, now, mail_folder):
    press(by(cast.anna), withdrawing(customer))
    for _turn in range(3):
        deliver_due(at=now)
    assert len(mails(mail_folder)) == 1


def test_a_refused_try_before_the_delivery_adds_no_second_mail(cast, customer, advertising, now, mail_folder):
    press(by(cast.anna), withdrawing(customer))
    try_to_use(advertising)
    deliver_due(at=now)
    assert [mail["To"] for mail in mails(mail_folder)] == [cast.sven.email]
    assert AuditEntry.objects.filter(verb="permit.revoked").count() == 1


STOP = {
    "en": (
        "Stop: permit {permit} has ended (customer 4711)",
        "No contact for this reason from now on.",
        WITHDRAWN,
    ),
    "de": (
        "Stopp: Die Freigabe {permit} ist beendet (Kunde 4711)",
        "Ab sofort kein Kontakt zu diesem Anlass.",
        "Die Einwilligung wurde widerrufen; dieser Kontakt ist ab sofort unzulässig.",
    ),
}


@pytest.mark.parametrize("language", sorted(STOP))
def test_the_holder_is_told_in_the_own_language_in_text_and_html(
    cast, customer, advertising, now, mail_folder, language
):
    cast.sven.language = language
    cast.sven.save(update_fields=["language"])
    press(by(cast.anna), withdrawing(customer))
    deliver_due(at=now)
    (mail,) = mails(mail_folder)
    subject, what, why = STOP[language]
    assert mail["Subject"] == subject.format(permit=advertising.number)
    for kind in ("plain", "html"):
        body = mail.get_body((kind,)).get_content()
        assert what in body and why in body and f"/permits/{advertising.number}/" in body


def test_two_holders_hear_once_each_and_each_in_the_own_language(
    cast, customer, accounts, advertising, now, mail_folder
):
    cast.stranger.language = "de"
    cast.stranger.save(update_fields=["language"])
    request = ask(cast.stranger, customer, "email", accounts.email, at=now, purpose="marketing", opt_out_included=True)
    permit_for(request, cast, now)
    press(by(cast.anna), withdrawing(customer))
    deliver_due(at=now)
    told = sorted((mail["To"], mail["Subject"].split(":")[0]) for mail in mails(mail_folder))
    assert told == [(cast.stranger.email, "Stopp"), (cast.sven.email, "Stop")]


def test_the_mail_names_no_customer(cast, customer, advertising, now, mail_folder):
    press(by(cast.anna), withdrawing(customer))
    deliver_due(at=now)
    (mail,) = mails(mail_folder)
    assert "Mustermann" not in mail.as_string()


# --- objections


def test_an_objection_to_advertising_ends_advertising_at_once_and_nothing_else(
    cast, customer, advertising, service, now
):
    press(by(cast.anna), objecting(customer), what="marketing_objection")
    assert OBJECTED in words(try_to_use(advertising))
    assert usable(service, now)


def test_a_full_block_ends_service_too_at_once(cast, customer, advertising, service):
    press(by(cast.anna), objecting(customer), what="full_block")
    for permit in (advertising, service):
        assert BLOCKED in words(try_to_use(permit))


def test_after_a_full_block_each_holder_gets_one_mail(cast, customer, advertising, service, now, mail_folder):
    press(by(cast.anna), objecting(customer), what="full_block")
    deliver_due(at=now)
    deliver_due(at=now)
    assert sorted(mail["To"] for mail in mails(mail_folder)) == [cast.anna.email, cast.sven.email]
    for permit in (advertising, service):
        permit.refresh_from_db()
        assert permit.state == "revoked"
        assert "OBJ-0" in permit.revoked_reason


@pytest.fixture
def advertising_letter(cast, customer, accounts, now):
    asked = ask(cast.stranger, customer, "letter", accounts.letter, at=now, purpose="marketing", opt_out_included=True)
    return permit_for(asked, cast, now)


def test_an_objection_for_one_channel_leaves_the_other_channels(cast, customer, advertising, advertising_letter, now):
    press(by(cast.anna), objecting(customer), what="marketing_objection", channel="email")
    assert not usable(advertising, now)
    assert usable(advertising_letter, now)


def test_an_objection_for_every_channel_leaves_none(cast, customer, advertising, advertising_letter, now):
    press(by(cast.anna), objecting(customer), what="marketing_objection")
    assert not usable(advertising, now)
    assert not usable(advertising_letter, now)


def test_a_full_block_for_the_telephone_ends_calls_and_leaves_mails(cast, customer, accounts, service, now):
    call = permit_for(ask(cast.sven, customer, "phone", accounts.phone, at=now), cast, now)
    press(by(cast.anna), objecting(customer), what="full_block", channel="phone")
    assert not usable(call, now)
    assert usable(service, now)


def test_an_objection_for_one_channel_suppresses_the_addresses_of_that_channel_only(cast, customer):
    press(by(cast.anna), objecting(customer), what="marketing_objection", channel="phone")
    called = customer.contact_points.get(channel="phone")
    assert list(SuppressionEntry.objects.values_list("digest", "scope")) == [(called.digest, "marketing_objection")]


# --- told while a contact was made


def log(use, result: str):
    page = reverse("contact_log", args=[use.permit.number, use.use_number])
    return press(by(use.used_by), page, result=result, note="am Ende des Gesprächs gesagt")


@pytest.fixture
def contact(cast, service, now):
    return permits.redeem(cast.anna, permit=service, at=now).use


def test_an_objection_told_in_a_contact_ends_a_colleagues_advertising_at_once(cast, customer, advertising, contact):
    log(contact, "objected")
    assert OBJECTED in words(try_to_use(advertising))


def test_an_objection_told_in_a_contact_stands_on_the_customers_page_with_its_permit(cast, customer, contact):
    log(contact, "objected")
    objection = Objection.objects.get()
    assert (objection.scope, objection.how, objection.recorded_by) == ("marketing_objection", "contact", cast.anna)
    page = words(by(cast.mona).get(reverse("customer", args=[customer.number])))
    assert "During a contact under a permit" in page
    assert contact.permit.number in page


def test_what_was_said_in_a_contact_is_not_told_to_everybody_who_sees_the_customer(cast, customer, contact):
    log(contact, "objected")
    assert Objection.objects.get().note == contact.permit.number
    page = words(by(cast.stranger).get(reverse("customer", args=[customer.number])))
    assert "am Ende des Gesprächs gesagt" not in page


def test_a_full_block_told_in_a_contact_ends_everybodys_permits_at_once(cast, customer, accounts, contact, now):
    mine = permit_for(ask(cast.sven, customer, "phone", accounts.phone, at=now), cast, now)
    log(contact, "full_block")
    assert BLOCKED in words(try_to_use(mine))


def test_an_objection_told_in_a_contact_reaches_the_colleague_by_one_mail(
    cast, customer, advertising, contact, now, mail_folder
):
    log(contact, "objected")
    deliver_due(at=now)
    deliver_due(at=now)
    assert [mail["To"] for mail in mails(mail_folder)] == [cast.sven.email]


@pytest.mark.parametrize("result", ["reached", "not_reached", "sent"])
def test_another_outcome_of_a_contact_ends_nothing(cast, customer, advertising, contact, now, result):
    log(contact, result)
    assert not Objection.objects.exists()
    assert usable(advertising, now)


# --- whoever hears it first


@pytest.mark.parametrize("name", ["anna", "mona", "clara", "dora"])
def test_everybody_who_talks_to_customers_records_both(cast, customer, advertising, now, name):
    user = getattr(cast, name)
    withdraw_consent(user, consent=consent_of(customer), how="spoken", at=now)
    record_objection(user, customer=customer, scope="full_block", how="spoken", at=now)
    assert not usable(advertising, now)

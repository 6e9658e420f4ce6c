"""A permit covers what somebody released when it was granted, and nothing that came later."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from consent.services import give_consent, withdraw_consent
from contacts.customers.services import record_objection, retire_contact_point
from contacts.requests.deciding import answer, standing
from contacts.requests.models import Permit
from contacts.requests.services import permits, reviewing, submitting
from contacts.requests.services.common import NotNow
from portal.outbox.delivery import deliver_due
from portal.people.services import update_person
from tests.browsing import form, words
from tests.cast import make_customer, point, wording
from tests.requests.scenes import as_, ask, permit_for, reminder_by_sms, report_by_mail, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


def bought_letter(cast, accounts, now):
    """A contract letter to a bought address: the DPO has released it (SRC-03)."""
    buyer = make_customer(now, "5000")
    buyer.contact_points.filter(channel="letter").delete()
    point(buyer, "letter", "Lindenallee 1, 10115 Berlin", now=now, source="bought_list")
    asked = ask(cast.anna, buyer, "letter", accounts.letter, at=now, purpose="contract_performance")
    return permit_for(asked, cast, now)


def test_a_permit_remembers_what_was_released(cast, customer, accounts, now):
    assert permit_for(service_by_mail(cast, customer, accounts, now), cast, now).accepted_rules == []
    assert permit_for(reminder_by_sms(cast, customer, accounts, now), cast, now).accepted_rules == ["DEB-02"]


def test_a_release_for_one_reason_does_not_cover_a_block_that_came_later(cast, customer, accounts, now):
    """Both need the DPO, but nobody has asked the DPO about the block (OBJ-03)."""
    permit = bought_letter(cast, accounts, now)
    assert (permit.released, permit.accepted_rules) == ("needs_dpo_approval", ["SRC-03"])
    record_objection(cast.clara, customer=permit.customer, scope="full_block", how="written", at=now)
    redemption = permits.redeem(cast.anna, permit=permit, at=now)
    assert (redemption.use, redemption.not_now) == (None, False)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "OBJ-03")


def test_the_bookkeeping_ends_it_too(cast, customer, accounts, now):
    permit = bought_letter(cast, accounts, now)
    record_objection(cast.clara, customer=permit.customer, scope="full_block", how="written", at=now)
    deliver_due(at=now)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "OBJ-03")


def job_offer(cast, customer, accounts, now):
    agreed = {"purpose": "recruitment", "channel": "letter", "how": "paper", "evidence": "Formular"}
    agreed["text"] = wording("recruitment", "letter")
    consent = give_consent(cast.clara, customer=customer, given_at=now, at=now, **agreed)
    asked = ask(cast.sven, customer, "letter", accounts.letter, at=now, purpose="recruitment")
    return permit_for(asked, cast, now), consent


def test_a_release_that_rested_on_consent_ends_with_it(cast, customer, accounts, now):
    """Without the consent the letter would need a release of its own (REC-03), which nobody gave."""
    permit, consent = job_offer(cast, customer, accounts, now)
    assert permit.rests_on_consent
    withdraw_consent(cast.clara, consent=consent, how="written", at=now)
    assert permits.redeem(cast.sven, permit=permit, at=now).use is None
    permit.refresh_from_db()
    assert permit.state == "revoked"


def test_a_consent_that_goes_is_named_where_no_rule_forbids(cast, customer, accounts, now):
    """The customer wrote first, so the rules would still let it pass; but it was granted on a consent."""
    from contacts.customers.services import record_inbound

    point(customer, "messenger", "0171 4711", now=now, platform="whatsapp")
    agreed = {"purpose": "service", "channel": "messenger", "platform": "whatsapp", "how": "paper"}
    agreed["text"] = wording("service", "messenger", "whatsapp")
    until = now.date() + timedelta(days=1)
    give_consent(cast.clara, customer=customer, evidence="x", given_at=now, at=now, ends_on=until, **agreed)
    permit = permit_for(ask(cast.anna, customer, "messenger", accounts.whatsapp, at=now), cast, now)
    record_inbound(cast.clara, customer=customer, channel="messenger", platform="whatsapp", at=now, note="", now=now)
    later = now + timedelta(days=2)
    given = answer(permit.request, at=later, now_not_planned=True)
    assert given.outcome == "allowed"
    assert standing(given, permit).because == "consent"
    assert permits.redeem(cast.anna, permit=permit, at=later).use is None


def test_a_call_released_for_the_day_is_not_released_for_the_night(cast, customer, accounts, now):
    customer.contact_points.filter(channel="phone").delete()
    point(customer, "phone", "0221 7777777", now=now, source="referral")
    permit = permit_for(ask(cast.anna, customer, "phone", accounts.phone, at=now), cast, now)
    assert permit.accepted_rules == ["SRC-04"]
    sunday = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
    redemption = permits.redeem(cast.anna, permit=permit, at=sunday)
    assert (redemption.use, redemption.not_now, redemption.because) == (None, True, "TEL-07")
    assert permits.redeem(cast.anna, permit=permit, at=now + timedelta(days=1)).use is not None


def test_what_came_to_be_asked_after_the_page_was_opened_is_not_accepted_unread(cast, customer, accounts, now):
    """Read at noon and approved in the evening: the manager has said nothing about a call at night."""
    customer.contact_points.filter(channel="phone").delete()
    point(customer, "phone", "0221 7777777", now=now, source="referral")
    asked = ask(cast.anna, customer, "phone", accounts.phone, at=now)
    submitting.submit(cast.anna, request=asked, at=now)
    page, evening = f"/inbox/{asked.number}/", datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
    read = form(as_(cast.mona).get(page)).fields | {"verdict": "approved"}
    with time_machine.travel(evening, tick=False):
        mona = as_(cast.mona)
        assert "ask for more" in words(mona.post(page, read, follow=True))
        assert not Permit.objects.filter(request=asked).exists()
        anew = form(mona.get(page)).fields | {"verdict": "approved"}
        mona.post(page, anew)
    assert Permit.objects.get(request=asked).accepted_rules == ["SRC-04", "TEL-07"]


# --- the address


def test_nobody_hands_in_a_question_about_an_address_that_is_given_up(cast, customer, accounts, now):
    asked = service_by_mail(cast, customer, accounts, now)
    retire_contact_point(cast.clara, point=asked.contact_point, at=now)
    with pytest.raises(NotNow, match="no longer used"):
        submitting.submit(cast.anna, request=asked, at=now)


def test_nobody_releases_an_address_that_is_given_up(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    retire_contact_point(cast.clara, point=asked.contact_point, at=now)
    with pytest.raises(NotNow, match="no longer used"):
        reviewing.review(cast.mona, request=asked, verdict="approved", reason="", at=now)
    refused = reviewing.review(cast.mona, request=asked, verdict="refused", reason="Adresse alt.", at=now)
    assert refused.state == "refused"


def test_the_page_of_a_permit_says_that_its_address_is_given_up(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    retire_contact_point(cast.clara, point=permit.contact_point, at=now)
    page = as_(cast.anna).get(f"/permits/{permit.number}/")
    assert "The address is no longer used." in words(page)
    assert "Make contact now" not in words(page)


# --- the text that was read


def test_an_approval_belongs_to_the_text_that_was_read(cast, customer, accounts, now):
    from contacts.requests.services import asking

    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    stale = as_(cast.mona).get(f"/inbox/{asked.number}/")
    assert '<input type="hidden" name="round" value="1"' in stale.content.decode()
    reviewing.review(cast.mona, request=asked, verdict="changes_asked", reason="Kürzer.", at=now)
    sms = {"contact_point": asked.contact_point, "account": asked.account}
    asking.edit(cast.anna, request=asked, at=now, draft_text="Ganz anderer Text", **sms)
    submitting.submit(cast.anna, request=asked, at=now)
    answer_ = as_(cast.mona).post(
        f"/inbox/{asked.number}/", {"verdict": "approved", "reason": "", "round": "1"}, follow=True
    )
    asked.refresh_from_db()
    assert asked.state == "with_manager"
    assert "was changed after you read it" in words(answer_)
    as_(cast.mona).post(f"/inbox/{asked.number}/", {"verdict": "approved", "reason": "", "round": "2"})
    asked.refresh_from_db()
    assert asked.state == "granted"


def test_a_verdict_that_does_not_say_what_was_read_is_not_taken(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert as_(cast.mona).post(f"/inbox/{asked.number}/", {"verdict": "approved"}).status_code == 200
    asked.refresh_from_db()
    assert asked.state == "with_manager"


def test_the_reviewer_sees_everything_that_was_declared(cast, customer, accounts, now):
    customer.kind, customer.company = "business_contact", "Muster GmbH"
    customer.save(update_fields=["kind", "company"])
    customer.contact_points.filter(channel="phone").update(source_note="Telefonbuch, Seite 12")
    asked = ask(
        cast.anna,
        customer,
        "phone",
        accounts.phone,
        at=now,
        purpose="marketing",
        presumed_consent="Bat auf der Messe um einen Rückruf.",
        special_category=True,
    )
    asked = submitting.submit(cast.anna, request=asked, at=now)
    page = words(as_(cast.mona).get(f"/inbox/{asked.number}/"))
    for told in (
        "Bat auf der Messe um einen Rückruf.",
        "Telefonbuch, Seite 12",
        "Also promotes something No",
        "Contains health or other sensitive data Yes",
        "Automatic call No",
        "Number is shown Yes",
        "Company and own name are visible Yes",
    ):
        assert told in page, told


# --- who may still use it


@pytest.mark.parametrize("roles", [["auditor"], ["training_author"], ["administrator"]])
def test_without_a_role_that_contacts_customers_there_is_no_use_and_no_handing_in(cast, customer, accounts, now, roles):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    draft = ask(cast.anna, customer, "phone", accounts.phone, at=now)
    anna = update_person(cast.adam, person=cast.anna, at=now, roles=roles)
    with pytest.raises(PermissionDenied):
        permits.redeem(anna, permit=permit, at=now)
    with pytest.raises(PermissionDenied):
        submitting.submit(anna, request=draft, at=now)
    deliver_due(at=now)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "role")


def test_another_role_that_contacts_customers_keeps_the_permit(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    anna = update_person(cast.adam, person=cast.anna, at=now, roles=["consent_officer"])
    deliver_due(at=now)
    assert permits.redeem(anna, permit=permit, at=now).use is not None


# --- from where


@pytest.mark.parametrize("channel", ["letter", "email", "phone"])
def test_no_account_has_to_be_set_up_for_the_companys_own_name(cast, customer, now, channel):
    asked = ask(cast.anna, customer, channel, None, at=now, private_account=False)
    assert asked.outcome == "allowed"
    page = words(as_(cast.anna).get(f"/check/{asked.number}/"))
    assert "The company has no account there." not in page
    private = ask(cast.anna, customer, channel, None, at=now, private_account=True)
    assert private.outcome == "forbidden"


def test_on_a_platform_the_company_writes_from_one_of_its_accounts(cast, customer, accounts, now):
    point(customer, "messenger", "0171 4711", now=now, platform="whatsapp")
    asked = ask(cast.anna, customer, "messenger", None, at=now, private_account=False)
    assert asked.outcome == "forbidden"


def test_a_report_by_mail_names_both_who_decide(cast, customer, accounts, now):
    asked = report_by_mail(cast, customer, accounts, now)
    page = words(as_(cast.anna).get(f"/check/{asked.number}/"))
    assert "First Mona Beispiel decides, then the data protection officer: Dora Beispiel." in page

"""What proves a consent, and what is strong enough to lift a refusal: nobody's line of text."""

import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from consent import rules, services
from consent.models import Consent, ConsentEvent
from contacts.customers.models import Customer
from contacts.customers.services import record_objection
from contacts.requests.context import Question, load
from tests.cast import point, proof_file, wording
from tests.consent.outside import token_of_opt_in
from tests.consent.paper import can_be_proven
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOWS = ("paper", "written", "spoken", "web_form", "api")
CHANNELS = ("email", "phone", "sms", "messenger", "social_dm", "letter")


@pytest.fixture
def give(cast, customer, now):
    def give(*, channel="email", at=now, **fields):
        values = {"purpose": "marketing", "how": "paper", "evidence": "x", "text": wording("marketing", channel)}
        values |= {"given_at": at} | fields
        return services.give_consent(cast.clara, customer=customer, channel=channel, at=at, **values)

    return give


def binds(cast, customer, at, channel="email") -> str:
    """What binds the customer's address of this channel, for advertising."""
    address = customer.contact_points.get(channel=channel)
    context = load(Customer.objects.get(pk=customer.pk), cast.sven, at=at)
    return context.facts(Question(point=address, account=None, purpose="marketing")).objection.value


@pytest.mark.parametrize(("channel", "how"), list(itertools.product(CHANNELS, HOWS)))
@pytest.mark.parametrize("filed", [True, False])
def test_what_can_be_proven_is_what_a_clerk_could_lay_before_a_court(channel, how, filed):
    for evidence, worded in itertools.product(("Formular 7", ""), (True, False)):
        ours = rules.proves(channel, how, is_worded=worded, has_evidence=bool(evidence or filed), has_file=filed)
        assert ours == can_be_proven(how, channel, evidence, worded, filed)


@pytest.mark.parametrize(("channel", "how"), [("email", "spoken"), ("phone", "web_form"), ("sms", "api")])
def test_somebodys_line_of_text_is_no_proof_and_the_file_is(give, cast, customer, now, channel, how):
    if channel == "sms":
        point(customer, "sms", "0171 5550000", now=now)
    assert give(channel=channel, how=how).proof is False
    assert give(channel=channel, how=how, at=now + MINUTE, evidence_file=proof_file(cast.clara, now)).proof is True


@pytest.mark.parametrize(
    ("channel", "how", "kind"),
    [
        ("email", "spoken", "given"),
        ("email", "spoken", "renewed"),
        ("phone", "web_form", "given"),
        ("sms", "api", "given"),
    ],
)
def test_the_database_takes_no_claim_of_proof_without_the_file(give, cast, now, channel, how, kind):
    consent = give(channel=channel)
    values = {"kind": kind, "at": now, "local_date": now.date(), "how": how, "evidence": "x", "proof": True}
    values |= {"text": wording("marketing", channel), "recorded_by": cast.clara, "recorded_at": now}
    with pytest.raises(IntegrityError, match="without a file"), transaction.atomic():
        ConsentEvent.objects.create(consent=consent, **values)
    ConsentEvent.objects.create(consent=consent, evidence_file=proof_file(cast.clara, now), **values)


@pytest.mark.parametrize("how", ["spoken", "paper", "written"])
def test_an_employees_line_does_not_lift_a_block_and_the_paper_on_file_does(give, cast, customer, now, how):
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now)
    give(how=how, at=now + MINUTE)
    assert binds(cast, customer, now + 2 * MINUTE) == "full_block"
    give(how=how, at=now + 3 * MINUTE, evidence_file=proof_file(cast.clara, now))
    assert binds(cast, customer, now + 4 * MINUTE) == "none"


def test_a_confirmed_sign_up_lifts_an_objection(cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    mail = customer.contact_points.get(channel="email").value
    text = wording("marketing", "email")
    sign_up = services.request_opt_in(cast.clara, address=mail, customer=customer, text=text, via="officer", at=now)
    services.confirm_opt_in(token_of_opt_in(sign_up), at=now + MINUTE)
    assert binds(cast, customer, now + 2 * MINUTE) == "none"


def test_a_file_that_lifted_is_not_older_than_it_was_after_a_renewal_without_one(give, cast, customer, now):
    """The renewal keeps what the file lifted; what was refused in between has ended the consent."""
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    consent = give(at=now + MINUTE, evidence_file=proof_file(cast.clara, now))
    renewed = {"how": "paper", "evidence": "Brief", "text": wording("marketing", "email")}
    at = now + 2 * MINUTE
    services.renew_consent(cast.clara, consent=consent, given_at=at, at=at, **renewed)
    assert binds(cast, customer, now + 3 * MINUTE) == "none"
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now + 4 * MINUTE)
    at = now + 5 * MINUTE
    with pytest.raises(ValidationError, match="no standing consent"):
        services.renew_consent(cast.clara, consent=consent, given_at=at, at=at, **renewed)
    assert binds(cast, customer, now + 6 * MINUTE) == "marketing_objection"


def test_a_new_consent_without_a_file_lifts_nothing_that_an_earlier_file_lifted(give, cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    consent = give(at=now + MINUTE, evidence_file=proof_file(cast.clara, now))
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now + 2 * MINUTE)
    assert give(at=now + 3 * MINUTE).proof is True
    assert binds(cast, customer, now + 4 * MINUTE) == "marketing_objection"


def test_a_proven_consent_is_not_talked_down(give, cast, now):
    consent = give(evidence="Formular 7")
    with pytest.raises(ValidationError, match="would prove less"):
        give(how="spoken", at=now + MINUTE)
    with pytest.raises(ValidationError, match="would prove less"):
        values = {"how": "spoken", "evidence": "Anruf", "text": wording("marketing", "email")}
        services.renew_consent(cast.clara, consent=consent, given_at=now, at=now + MINUTE, **values)
    consent.refresh_from_db()
    assert (consent.proof, consent.given_how, consent.events.count()) == (True, "paper", 1)


def test_a_correction_keeps_the_file_of_what_it_corrects(give, cast, customer, now):
    record_objection(
        cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now - timedelta(days=9)
    )
    consent = give(how="spoken", evidence_file=proof_file(cast.clara, now))
    day_before = now - timedelta(days=1)
    values = {"evidence": "Mitschnitt", "text": wording("marketing", "email"), "given_at": day_before}
    corrected = services.correct_consent(cast.clara, consent=consent, at=now + MINUTE, **values)
    assert (corrected.proof, corrected.own_act_at) == (True, day_before)
    assert corrected.events.get(kind="corrected").evidence_file is not None
    assert binds(cast, customer, now + 2 * MINUTE) == "none"


def test_the_page_says_that_a_line_of_text_proves_nothing_about_an_address(cast, customer, now):
    form = {"given_at": "2026-11-24T10:00", "how": "spoken", "text": wording("marketing", "email").pk, "evidence": "x"}
    url = f"/customers/{customer.number}/consents/new/?purpose=marketing&channel=email&platform="
    page = as_(cast.clara).post(url, form, follow=True, headers={"accept-language": "en"}).content.decode()
    assert Consent.objects.get().proof is False
    assert "a line of text is no proof" in page

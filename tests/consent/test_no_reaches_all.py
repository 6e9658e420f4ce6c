"""A “no” reaches all that it is about: what rests on no consent, what has no row, and what somebody else recorded."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from consent import services
from consent.models import Consent, ConsentEvent
from consent.selectors import NO_CONSENT, consents_of
from contacts import policy
from contacts.customers.importing.customers.kind import CUSTOMERS
from contacts.customers.importing.engine import import_file
from contacts.customers.models import Customer, Objection
from contacts.customers.services import record_objection
from contacts.policy.evaluate import decide
from contacts.requests.context import Question, load
from contacts.requests.services import permits
from portal.audit.models import AuditEntry
from portal.audit.services import Job
from tests.cast import proof_file, wording
from tests.requests.scenes import advertising_permit

pytestmark = pytest.mark.django_db
SHOP = Job("api:shop")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def mail(customer):
    """An address for which all that § 7(3) UWG asks is on record."""
    point = customer.contact_points.get(channel="email")
    point.address_from_sale = point.notice_at_collection = True
    point.save(update_fields=["address_from_sale", "notice_at_collection"])
    return point


@pytest.fixture
def give(cast, customer, now):
    def give(purpose="marketing", channel="email", **fields):
        values = {"how": "paper", "evidence": "Formular 7", "given_at": now - timedelta(days=1), "at": now} | fields
        text = wording(purpose, channel)
        return services.give_consent(
            cast.clara, customer=customer, purpose=purpose, channel=channel, text=text, **values
        )

    return give


@pytest.fixture
def ask(cast, customer, accounts, now):
    def ask(point, purpose, at=None):
        context = load(Customer.objects.get(pk=customer.pk), cast.sven, at=at or now + 2 * MINUTE)
        question = Question(
            point=point, account=None, purpose=purpose, opt_out_included=True, own_similar_products=True
        )
        return decide(context.facts(question), policy.RULE_SET_1)

    return ask


def outcome(decision) -> tuple[str, set[str]]:
    return str(decision.outcome), {finding.rule.id for finding in decision.findings}


# --- what rests on no consent


def test_advertising_without_consent_ends_with_the_one_that_is_taken_back(cast, customer, give, mail, ask, now):
    consent = give()
    assert outcome(ask(mail, "marketing_similar_products"))[0] == "allowed"
    services.withdraw_consent(cast.anna, consent=consent, how="paper", note="am Schalter", at=now + MINUTE)
    for purpose in ("marketing_similar_products", "satisfaction_survey"):
        decision, rules = outcome(ask(mail, purpose))
        assert decision == "forbidden" and {"OBJ-01", "CON-01"} <= rules
    said = Objection.objects.get()
    assert (said.scope, said.channel, said.how, said.note) == ("marketing_objection", "email", "written", "am Schalter")
    assert said.recorded_by == cast.anna
    assert AuditEntry.objects.filter(verb="objection.recorded", actor=cast.anna).count() == 1
    assert outcome(ask(customer.contact_points.get(channel="letter"), "marketing"))[0] == "allowed"


def test_taking_back_one_reason_below_leaves_the_other_advertising(cast, give, mail, ask, now):
    consent = give("event_invitation")
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now + MINUTE)
    assert not Objection.objects.exists()
    assert outcome(ask(mail, "marketing_similar_products"))[0] == "allowed"


def test_what_lies_below_stays_taken_back_when_only_the_whole_is_agreed_to_again(cast, customer, give, mail, ask, now):
    consent = give()
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now)
    give(given_at=now + MINUTE, at=now + MINUTE, evidence_file=proof_file(cast.clara, now))
    assert outcome(ask(mail, "marketing"))[0] == "allowed"
    assert "CON-01" in outcome(ask(mail, "satisfaction_survey"))[1]
    survey_file = proof_file(cast.clara, now, name="umfrage.pdf")
    give("satisfaction_survey", given_at=now + MINUTE, at=now + MINUTE, evidence_file=survey_file)
    assert outcome(ask(mail, "satisfaction_survey"))[0] == "allowed"


def test_a_service_message_by_messenger_ends_with_the_reason_above_it(cast, customer, give, now):
    consent = services.give_consent(
        cast.clara, customer=customer, purpose="service", channel="messenger", platform="signal", how="paper",
        evidence="7", given_at=now - MINUTE, at=now,
    )  # fmt: skip
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now)
    key = ("inquiry_reply", "messenger", "signal")
    assert state(customer, key, now - timedelta(microseconds=1)) == "none"
    assert state(customer, key, now) == "withdrawn"


def state(customer, key, at) -> str:
    found = consents_of(customer.pk, at=at, zone=ZoneInfo("Europe/Berlin"), thresholds=services.DEFAULT)
    return found.get(key, NO_CONSENT).state


@pytest.mark.parametrize("purpose", ["marketing_similar_products", "satisfaction_survey", "event_invitation"])
@pytest.mark.parametrize("by", ["system", "page"])
def test_advertising_that_rests_on_no_consent_is_objected_to(customer, mail, ask, now, purpose, by):
    for _again in range(2):
        if by == "system":
            ended = services.withdraw_by_machine(SHOP, [customer], purpose=purpose, channel="email", at=now)
        else:
            ended = services.withdraw_by_customer(customer, purpose=purpose, channel="email", at=now)
        assert ended == 0
    said = Objection.objects.get()
    assert (said.scope, said.channel) == ("marketing_objection", "email")
    assert outcome(ask(mail, purpose))[0] == "forbidden"


def test_a_reason_that_was_taken_back_already_is_no_objection_to_all_advertising(cast, customer, give, now):
    services.withdraw_consent(cast.anna, consent=give("event_invitation"), how="spoken", at=now)
    services.withdraw_by_machine(SHOP, [customer], purpose="event_invitation", channel="email", at=now + MINUTE)
    services.withdraw_by_machine(SHOP, [customer], purpose="service", channel="email", at=now + MINUTE)
    assert not Objection.objects.exists()


# --- an objection that somebody else recorded


@pytest.mark.parametrize(("result", "left"), [("objected", ["service"]), ("full_block", [])])
def test_what_a_customer_says_in_a_contact_ends_the_consents(cast, customer, accounts, give, now, result, left):
    permit = advertising_permit(cast, customer, accounts, now)
    give("event_invitation", "phone")
    give("service")
    use = permits.redeem(cast.sven, permit=permit, at=now).use
    permits.log_contact(cast.sven, use=use, result=result, note="", at=now + MINUTE)
    assert list(Consent.objects.filter(withdrawn_at=None).values_list("purpose", flat=True)) == left
    events = ConsentEvent.objects.filter(kind="withdrawn")
    assert {(e.at, e.how, e.evidence, e.recorded_by_id) for e in events} == {
        (now + MINUTE, "contact", permit.number, cast.sven.pk)
    }
    assert AuditEntry.objects.filter(verb="consent.withdrawn").count() == events.count() == 3 - len(left)


def test_the_block_of_a_list_ends_the_consents(cast, customer, give, now, tmp_path):
    advertising, service = give(), give("service")
    path = tmp_path / "k.csv"
    path.write_text("Kundennummer;Nachname;Werbesperre\n4711;Mustermann;ja\n0815;Neu;ja\n")
    import_file(path, actor=cast.clara, at=now + MINUTE, kind=CUSTOMERS)
    advertising.refresh_from_db(), service.refresh_from_db()
    assert advertising.withdrawn_at == now + MINUTE and service.withdrawn_at is None
    event = advertising.events.get(kind="withdrawn")
    assert (event.how, event.recorded_by) == ("imported", cast.clara)


def test_the_block_of_a_list_is_never_older_than_what_is_on_record(cast, customer, give, now, tmp_path):
    consent = give(given_at=now, at=now)
    path = tmp_path / "k.csv"
    path.write_text("Kundennummer;Nachname;Werbesperre\n4711;Mustermann;ja\n")
    import_file(path, actor=cast.clara, at=now - MINUTE, kind=CUSTOMERS)
    consent.refresh_from_db()
    assert Objection.objects.get().received_at == consent.withdrawn_at == now


def test_an_objection_on_one_channel_leaves_the_consents_of_the_others(cast, customer, give, now):
    give(), give(channel="phone")
    record_objection(cast.anna, customer=customer, scope="marketing_objection", channel="phone", how="spoken", at=now)
    assert Consent.objects.get(withdrawn_at=None).channel == "email"


def test_a_renewal_lifts_no_objection(cast, customer, give, mail, ask, now):
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now)
    consent = give(how="spoken", evidence="", given_at=now + MINUTE, at=now + MINUTE)
    with pytest.raises(ValidationError, match="A renewal does not lift that"):
        services.renew_consent(
            cast.clara, consent=consent, how="spoken", evidence="y", given_at=now + 2 * MINUTE, at=now + 2 * MINUTE,
            text=wording("marketing", "email"),
        )  # fmt: skip
    assert outcome(ask(mail, "marketing", now + 3 * MINUTE))[0] == "forbidden"


def test_a_consent_that_lifted_an_objection_can_be_renewed(cast, customer, give, now):
    record_objection(cast.anna, customer=customer, scope="full_block", how="spoken", at=now)
    consent = give(given_at=now + MINUTE, at=now + MINUTE, evidence_file=proof_file(cast.clara, now))
    renewed = services.renew_consent(
        cast.clara, consent=consent, how="paper", evidence="Formular 8", given_at=now + 2 * MINUTE,
        at=now + 2 * MINUTE, text=wording("marketing", "email"),
    )  # fmt: skip
    assert renewed.recorded_state == "active"

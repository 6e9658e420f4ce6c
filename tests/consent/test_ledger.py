"""The ledger's verbs: what they write, what they refuse, and that the row always says what the events say."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from consent import services
from consent.models import Consent, ConsentEvent
from consent.selectors import consent_answer
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, wording

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def give(cast, customer, now):
    def give(by=None, *, given_at=None, at=None, **fields):
        values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"} | fields
        given_at = given_at or now - timedelta(days=1)
        values = {"customer": customer} | values
        values.setdefault("text", wording(values["purpose"], values["channel"], values.get("platform", "")))
        return services.give_consent(by or cast.clara, given_at=given_at, at=at or now, **values)

    return give


def state(customer, at, **key):
    values = {"purpose": "marketing", "channel": "email", "platform": ""} | key
    return consent_answer(customer_id=customer.pk, at=at, zone=BERLIN, thresholds=services.DEFAULT, **values).state


def test_a_given_consent_counts_at_once_and_is_proven_by_its_evidence(give, customer, now):
    consent = give()
    assert state(customer, now) == "active"
    assert consent.proof
    (event,) = consent.events.all()
    assert (event.kind, event.evidence, event.local_date) == ("given", "Formular 7", date(2026, 11, 23))
    entry = AuditEntry.objects.get(verb="consent.given")
    assert (entry.before, entry.after["state"]) == ({"state": "none"}, "active")


def test_a_consent_without_evidence_cannot_be_proven(give):
    assert give(evidence="  ").proof is False


def test_a_consent_counts_for_its_purpose_and_channel_only(give, customer, now):
    give()
    for other in ({"channel": "phone"}, {"purpose": "service"}, {"channel": "messenger", "platform": "signal"}):
        assert state(customer, now, **other) == "none"


def test_a_consent_given_yesterday_is_still_recorded_today_but_not_one_of_tomorrow(give, now):
    with pytest.raises(ValidationError, match="future"):
        give(given_at=now + timedelta(minutes=1))


def test_entries_are_never_slipped_in_before_later_ones(give, now):
    give(given_at=now - timedelta(days=1))
    with pytest.raises(ValidationError, match="later entry"):
        give(given_at=now - timedelta(days=2))
    assert ConsentEvent.objects.count() == 1


@pytest.mark.parametrize("name", ["anna", "mona", "tom", "rita", "adam"])
def test_only_the_consent_officer_and_the_dpo_record_consents(give, cast, name):
    with pytest.raises(PermissionDenied):
        give(by=getattr(cast, name))


def test_every_employee_records_a_withdrawal_and_it_counts_at_that_instant(give, cast, customer, now):
    consent = give()
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now)
    assert state(customer, now) == "withdrawn"
    assert state(customer, now - timedelta(microseconds=1)) == "active"
    told = OutboxMessage.objects.get(topic="customer.grounds_changed")
    assert told.payload["customer_id"] == customer.pk
    assert AuditEntry.objects.filter(verb="consent.withdrawn", actor=cast.anna).count() == 1


def test_the_second_withdrawal_changes_nothing_and_says_so(give, cast, now):
    consent = give()
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now)
    with pytest.raises(ValidationError, match="already"):
        services.withdraw_consent(cast.sven, consent=consent, how="spoken", at=now)
    assert consent.events.filter(kind="withdrawn").count() == 1


def test_a_withdrawal_is_never_refused_because_two_clocks_differ(give, cast, customer, now):
    consent = give(given_at=now)
    services.record_use(cast.anna, consent=consent, evidence="P-100001-9 / 1", at=now)
    back = services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now - timedelta(seconds=3))
    assert back.withdrawn_at == now
    assert state(customer, now) == "withdrawn"


def test_a_sign_up_that_anybody_can_type_neither_hides_a_withdrawal_nor_wipes_a_consent(give, cast, customer, now):
    ask = {"customer": customer, "purpose": "marketing", "channel": "email"}
    consent = give()
    services.request_opt_in(cast.clara, at=now, **ask)
    assert state(customer, now) == "active"
    consent.refresh_from_db()
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now)
    services.request_opt_in(cast.clara, at=now, **ask)
    assert state(customer, now) == "withdrawn"


def test_one_customer_whose_row_is_broken_does_not_stop_the_clock_for_the_others(give, customer, now):
    give(given_at=now - timedelta(days=800), at=now - timedelta(days=800))
    other = make_customer(now, number="4799")
    type(other).objects.filter(pk=customer.pk).update(timezone="Nirgendwo")
    give(customer=other, given_at=now - timedelta(days=800), at=now - timedelta(days=800))
    assert services.record_passage(at=now) == 1


@pytest.mark.parametrize("name", ["tom", "rita", "adam"])
def test_who_does_not_talk_to_customers_records_no_withdrawal(give, cast, now, name):
    with pytest.raises(PermissionDenied):
        services.withdraw_consent(getattr(cast, name), consent=give(), how="spoken", at=now)


def test_a_sign_up_waits_and_is_no_consent(cast, customer, now):
    text = wording("marketing", "email")
    services.request_opt_in(cast.clara, address="e@post.example", customer=customer, text=text, via="officer", at=now)
    assert state(customer, now) == "pending_doi"
    assert state(customer, now + timedelta(days=14)) == "none"


def test_a_use_starts_the_silence_anew(give, cast, customer, now):
    consent = give(given_at=now - timedelta(days=720), at=now - timedelta(days=720))
    assert state(customer, now + timedelta(days=20)) == "stale"
    services.record_use(cast.anna, consent=consent, evidence="P-100001-9 / 1", at=now)
    assert state(customer, now + timedelta(days=20)) == "active"


def test_passage_is_recorded_once_and_answers_do_not_wait_for_it(give, customer, now):
    consent = give(given_at=now - timedelta(days=400), at=now - timedelta(days=400))
    late = now + timedelta(days=1200)
    assert state(customer, late) == "expired"
    assert services.record_passage(at=late) == 1
    assert services.record_passage(at=late) == 0
    consent.refresh_from_db()
    assert [event.kind for event in consent.events.all()] == ["given", "expired"]
    entry = AuditEntry.objects.get(verb="consent.expired")
    assert (entry.actor, entry.job) == (None, "consent.record_passage")


def test_a_consent_goes_stale_first_and_ends_later(give, now):
    consent = give(given_at=now, at=now)
    assert services.record_passage(at=now + timedelta(days=731)) == 1
    assert services.record_passage(at=now + timedelta(days=1462)) == 1
    assert [event.kind for event in consent.events.all()] == ["given", "went_stale", "expired"]
    assert [event.at for event in consent.events.all()][1].date() == date(2028, 11, 23)


def test_the_row_says_what_the_events_say_whatever_happened(give, cast, now):
    consent = give(ends_on=date(2027, 1, 31))
    services.record_use(cast.anna, consent=consent, evidence="x", at=now)
    services.record_passage(at=now + timedelta(days=90))
    give(given_at=now + timedelta(days=100), at=now + timedelta(days=100), evidence="Formular 8")
    consent.refresh_from_db()
    services.withdraw_consent(cast.anna, consent=consent, how="written", at=now + timedelta(days=101))
    assert list(services.differences(at=now + timedelta(days=102))) == []


def test_the_database_knows_one_consent_for_each_purpose_and_channel(give, customer):
    give()
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(customer=customer, purpose="marketing", channel="email")


@pytest.mark.parametrize(("channel", "platform"), [("email", "whatsapp"), ("messenger", "")])
def test_a_platform_belongs_to_messengers_and_networks_only(customer, channel, platform):
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(customer=customer, purpose="marketing", channel=channel, platform=platform)


def test_proof_without_evidence_is_impossible_in_the_database(give, now):
    consent = give()
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentEvent.objects.create(
            consent=consent,
            kind="given",
            at=now,
            local_date=now.date(),
            how="paper",
            text=wording("marketing", "email"),
            proof=True,
            job="test",
            recorded_at=now,
        )

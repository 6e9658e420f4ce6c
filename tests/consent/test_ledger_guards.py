"""What the database refuses by itself, whoever asks: nothing here goes through our own functions."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from consent import services
from consent.models import Consent, ConsentEvent, ConsentText, ThresholdSetting
from contacts.customers.services import record_objection
from tests.cast import make_customer, wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def give(cast, customer, now):
    def give(**fields):
        values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Formular 7"} | fields
        values.setdefault("text", wording(values["purpose"], values["channel"], values.get("platform", "")))
        values.setdefault("given_at", now - timedelta(days=1))
        return services.give_consent(cast.clara, customer=customer, at=now, **values)

    return give


def attack(sql, *parameters):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    return str(refusal.value)


@pytest.mark.parametrize("mode", ["origin", "replica"])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE consent_consentevent SET evidence = 'besser'",
        "DELETE FROM consent_consentevent",
        "TRUNCATE consent_consentevent CASCADE",
        "UPDATE consent_callrecord SET person = 'Niemand'",
        "DELETE FROM consent_callrecord",
        "UPDATE consent_consenttext SET body = 'Ja zu allem'",
        "UPDATE consent_consenttext SET published_at = NULL",
        "DELETE FROM consent_consenttext",
        "TRUNCATE consent_consenttext CASCADE",
        "UPDATE consent_thresholdsetting SET stale_after_months_unused = 12",
        "DELETE FROM consent_thresholdsetting",
        "TRUNCATE consent_thresholdsetting CASCADE",
    ],
)
def test_the_owner_of_the_tables_cannot_rewrite_history_not_even_as_a_replica(give, cast, now, sql, mode):
    give(purpose="marketing", channel="phone", how="spoken")
    services.set_thresholds(
        cast.dora,
        stale_after_months_unused=12,
        expired_after_months_unused=24,
        doi_ttl_days=7,
        valid_from=now,
        reason="Vorgabe der Aufsicht",
        at=now,
    )
    ThresholdSetting.objects.filter(applied_at=None).update(applied_at=now)  # the one change that is allowed
    sql = sql.replace("stale_after_months_unused = 12", "stale_after_months_unused = 13")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE stops at what this transaction still owes
        cursor.execute("SELECT set_config('session_replication_role', %s, true)", [mode])
    assert "refused" in attack(sql)


def test_a_draft_can_still_be_changed_and_thrown_away(cast, now):
    text = services.draft_text(
        cast.clara, line="entwurf", language="de", purpose="marketing", channels=["email"], title="A", body="B", at=now
    )
    ConsentText.objects.filter(pk=text.pk).update(body="C")
    assert ConsentText.objects.filter(pk=text.pk).delete()[0] == 1


def insert(consent, now, **fields):
    values = {"kind": "given", "how": "paper", "at": now, "local_date": now.date(), "job": "attack", "recorded_at": now}
    with transaction.atomic():
        return ConsentEvent.objects.create(consent=consent, **(values | fields))


@pytest.mark.parametrize("channel", ["phone", "sms", "letter"])
@pytest.mark.parametrize(("kind", "how"), [("confirmed", "double_opt_in"), ("given", "double_opt_in")])
def test_a_click_in_a_mail_is_no_consent_to_anything_but_mail(customer, now, channel, kind, how):
    consent = Consent.objects.create(customer=customer, purpose="marketing", channel=channel)
    with pytest.raises(IntegrityError, match="double opt-in by e-mail is no consent"):
        insert(consent, now, kind=kind, how=how)


@pytest.mark.parametrize("how", ["web_form", "api", "preferences"])
@pytest.mark.parametrize("kind", ["given", "renewed"])
def test_a_form_alone_is_no_consent_to_mail(give, now, kind, how):
    with pytest.raises(IntegrityError, match="needs its double opt-in"):
        insert(give(), now, kind=kind, how=how)


def test_nothing_but_a_double_opt_in_confirms(give, now):
    with pytest.raises(IntegrityError, match="only a double opt-in confirms"):
        insert(give(), now, kind="confirmed", how="paper")


@pytest.mark.parametrize(
    "fields",
    [
        {"proof": True, "evidence": "x"},  # no wording
        {"proof": True, "evidence": "", "text": True},  # no evidence
        {"job": ""},  # nobody
        {"kind": "corrected"},  # corrects nothing
        {"annuls": True},  # annuls nothing
    ],
)
def test_half_an_event_is_refused(give, now, fields):
    if fields.get("text"):
        fields = fields | {"text": wording("marketing", "email")}
    with pytest.raises(IntegrityError):
        insert(give(), now, **fields)


def test_an_entry_of_another_system_exists_once(give, now):
    consent = give(origin="crm-1")
    with pytest.raises(IntegrityError, match="consent_event_origin_once"):
        insert(consent, now, origin="crm-1")


def test_an_event_is_corrected_once(give, cast, now):
    consent = give()
    correct = {"consent": consent, "evidence": "Formular 8", "given_at": now - timedelta(days=2), "at": now}
    services.correct_consent(cast.clara, text=wording("marketing", "email"), **correct)
    with pytest.raises(ValidationError, match="corrected before"):
        services.correct_consent(cast.clara, **correct)
    event = consent.events.get(kind="given")
    with pytest.raises(IntegrityError, match="consent_event_corrected_once"):
        insert(consent, now, kind="corrected", corrects=event)


def test_a_correction_never_lifts_a_withdrawal(give, cast, now):
    consent = services.withdraw_consent(cast.anna, consent=give(), how="spoken", at=now - timedelta(hours=1))
    with pytest.raises(ValidationError, match="withdrawn"):
        services.correct_consent(cast.clara, consent=consent, evidence="x", given_at=now, at=now)
    given = consent.events.get(kind="given")
    insert(consent, now, kind="corrected", corrects=given, about_at=now, proof=False)
    services.rebuild(at=now)
    consent.refresh_from_db()
    assert consent.withdrawn_at is not None


def test_a_withdrawal_is_never_refused_because_two_clocks_differ(give, cast, now):
    consent = give(given_at=now)
    services.record_use(cast.anna, consent=consent, evidence="P-1", at=now)
    back = services.withdraw_consent(cast.anna, consent=consent, how="spoken", at=now - timedelta(seconds=3))
    assert back.withdrawn_at == now


@pytest.mark.parametrize("stop", ["withdrawal", "objection", "block", "suppressed elsewhere"])
def test_no_list_lifts_a_stop(give, cast, customer, now, stop):
    if stop == "withdrawal":
        services.withdraw_consent(cast.anna, consent=give(given_at=now - timedelta(days=9)), how="spoken", at=now)
    elif stop == "suppressed elsewhere":
        other = make_customer(now, number="4799")
        other.contact_points.filter(channel="email").update(
            normalised=customer.contact_points.get(channel="email").normalised,
            digest=customer.contact_points.get(channel="email").digest,
        )
        record_objection(cast.anna, customer=other, scope="marketing_objection", how="spoken", at=now)
    else:
        scope = "full_block" if stop == "block" else "marketing_objection"
        record_objection(cast.anna, customer=customer, scope=scope, how="spoken", at=now)
    later = now + timedelta(days=1)
    with pytest.raises(ValidationError, match="cannot take that back"):
        services.import_consent(
            cast.clara,
            customer=customer,
            purpose="marketing",
            channel="email",
            given_at=later,
            evidence="Liste 3",
            wording_reference=wording("marketing", "email").reference,
            at=later,
        )


def test_an_import_is_taken_once_and_can_be_taken_back(cast, customer, now):
    key = {"customer": customer, "purpose": "marketing", "channel": "email", "given_at": now - timedelta(days=3)}
    consent = services.import_consent(cast.clara, origin="crm-9", evidence="Liste", at=now, **key)
    assert (consent.recorded_state, consent.proof) == ("active", False)  # nobody knows the wording
    with pytest.raises(ValidationError) as refusal:
        services.import_consent(cast.clara, origin="crm-9", at=now, **key)
    assert "on record already" in str(refusal.value)
    undone = services.undo_import(cast.clara, event=consent.events.get(), at=now)
    assert undone.recorded_state == "none"
    assert [event.kind for event in undone.events.order_by("pk")] == ["imported", "corrected"]

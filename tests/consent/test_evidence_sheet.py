"""The evidence sheet: all that is on record, in both languages, the same bytes for one instant; and who may read it."""

import json
import shutil
import subprocess
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import translation

from consent import services
from consent.models import CallRecord, Consent, ConsentEvent
from consent.selectors import get_consent
from consent.services.evidence import keep_evidence
from consent.sheets import as_json, on_paper, sheet_of
from consent.sheets.paper import breakable, verdict
from consent.sheets.reading import is_intact
from contacts.customers.services import record_objection
from portal.audit.models import AuditEntry
from portal.paper.pdf import render_pdf
from tests.cast import wording

pytestmark = pytest.mark.django_db
BODY = "Ja, die Muster GmbH darf mich anrufen.\n\nIch kann das jederzeit widerrufen."


@pytest.fixture
def text(cast, now):
    at = now - timedelta(days=500)
    draft = services.draft_text(
        cast.clara,
        line="werbung-telefon",
        language="de",
        purpose="marketing",
        channels=["phone"],
        title="Werbung am Telefon",
        body=BODY,
        at=at,
    )
    return services.publish_text(cast.clara, text=draft, valid_from=at, at=at)


@pytest.fixture
def consent(cast, customer, text, now) -> Consent:
    """A consumer's spoken consent to calls, with a file, a correction and a use: everything that a sheet can have."""
    at = now - timedelta(days=100)
    upload = SimpleUploadedFile("notiz.txt", b"Frau Mustermann sagte ja.")
    given = services.give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="phone",
        how="spoken",
        evidence="Gesprächsnotiz 7",
        evidence_file=keep_evidence(cast.clara, upload=upload, at=at),
        text=text,
        given_at=at,
        at=at,
        origin="CRM-88",
    )
    services.correct_consent(
        cast.clara,
        consent=given,
        evidence="Aufnahme 8",
        text=text,
        given_at=at - timedelta(hours=2),
        at=at + timedelta(days=1),
    )
    services.record_use(cast.anna, consent=given, evidence="G-2026-1 use 1", at=at + timedelta(days=3))
    return get_consent(customer, given.pk)


def words(value) -> str:
    """All words of the paper, one after the other."""
    return json.dumps(value, ensure_ascii=False)


def test_everything_on_record_stands_on_the_paper(consent, text, now):
    told = words(on_paper(sheet_of(consent, at=now)))
    record = CallRecord.objects.get()
    for word in (
        "This consent stands and can be proven.",
        "Erika Mustermann (4711), Consumer",
        text.reference,
        text.sha256,
        "The text is still the one that was published.",
        "Werbung am Telefon",
        "Gesprächsnotiz 7",
        "Aufnahme 8",
        "notiz.txt, SHA-256",
        "CRM-88",
        "G-2026-1 use 1",
        "Record of section 7a UWG",
        record.seal,
        "The seal is right: nothing was changed.",
        "N-clara",
        "stale after 24 months without use, ended after 48 months",
        "19 Aug 2031",  # five years from the use
        "Made on 24 Nov 2026, 10:00:00 UTC",
    ):
        assert word in told, word


def test_the_json_has_the_same_and_codes_instead_of_words(client, consent, cast, customer, text, now):
    client.force_login(cast.dora)
    answer = client.get(reverse("consent_evidence_json", args=[customer.number, consent.pk]))
    told = json.loads(answer.content)
    assert (told["state"], told["proof"], told["purpose"], told["channel"]) == ("active", True, "marketing", "phone")
    assert told["wording"]["sha256"] == text.sha256 and told["wording"]["intact"] is True
    assert [event["kind"] for event in told["events"]] == ["given", "used"]
    given = told["events"][0]
    assert given["correction"]["evidence"] == "Aufnahme 8" and given["file"]["name"] == "notiz.txt"
    assert given["call_record"]["sealed"] is True and given["recorded_by"] == "N-clara"
    assert told["thresholds"] == {
        "stale_after_months_unused": 24,
        "expired_after_months_unused": 48,
        "doi_ttl_days": 14,
    }
    assert told["dates"]["keep_until"] == "2031-08-19" and told["made_at"] == "2026-11-24T10:00:00Z"
    assert f"evidence-4711-{consent.pk}-20261124T100000Z.json" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_same_bytes_for_the_same_consent_time_and_language(consent, customer, now, language):
    def made(at):
        with translation.override(language):
            paper = on_paper(sheet_of(get_consent(customer, consent.pk), at=at))
            return render_pdf("consent_evidence", paper, language=language, at=at)

    first = made(now)
    assert first.startswith(b"%PDF-") and first == made(now)
    assert first != made(now + timedelta(seconds=1))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in first


def test_the_pdf_is_tagged_and_its_words_can_be_read(client, consent, cast, customer, tmp_path):
    client.force_login(cast.rita)
    answer = client.get(reverse("consent_evidence", args=[customer.number, consent.pk]))
    assert answer.headers["Content-Type"] == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"pdfuaid:part"):
        assert mark in answer.content, mark
    if program := shutil.which("pdftotext"):
        (tmp_path / "sheet.pdf").write_bytes(answer.content)
        read = subprocess.run([program, tmp_path / "sheet.pdf", "-"], capture_output=True, text=True, check=True).stdout
        assert "Record of section 7a UWG" in read and "Page 1 of 2" in read


def test_each_reader_gets_their_language(consent, cast, customer, client):
    client.force_login(cast.dora)
    address = reverse("consent_evidence", args=[customer.number, consent.pk])
    english = client.get(address).content
    cast.dora.language = "de"
    cast.dora.save(update_fields=["language"])
    german = client.get(address).content
    assert b"/Lang(de" in german and b"/Lang(en" in english


def test_reading_changes_nothing(client, consent, cast, customer):
    client.force_login(cast.clara)
    before = (AuditEntry.objects.count(), ConsentEvent.objects.count(), Consent.objects.values().get(pk=consent.pk))
    for name in ("consent_evidence", "consent_evidence_json", "consent_receipt"):
        assert client.get(reverse(name, args=[customer.number, consent.pk])).status_code == 200
        assert client.post(reverse(name, args=[customer.number, consent.pk])).status_code == 405
    assert before == (
        AuditEntry.objects.count(),
        ConsentEvent.objects.count(),
        Consent.objects.values().get(pk=consent.pk),
    )


@pytest.mark.parametrize("who", ["anna", "mona", "tom", "adam"])
def test_others_may_not(client, consent, cast, customer, who):
    client.force_login(getattr(cast, who))
    for name in ("consent_evidence", "consent_evidence_json", "consent_receipt"):
        assert client.get(reverse(name, args=[customer.number, consent.pk])).status_code == 403


def test_the_button_stands_on_the_page_for_those_who_may(client, consent, cast, customer):
    address = reverse("consent_evidence", args=[customer.number, consent.pk])
    for who, shown in (("clara", True), ("rita", True), ("anna", False)):
        client.force_login(getattr(cast, who))
        page = client.get(reverse("consent", args=[customer.number, consent.pk])).content.decode()
        assert (address in page) is shown, who


def test_a_wording_changed_behind_the_guard_is_told(consent, text, now):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE consent_consenttext DISABLE TRIGGER consent_text_locked")
        cursor.execute("UPDATE consent_consenttext SET body = 'Ja zu allem.' WHERE id = %s", [text.pk])
        cursor.execute("ALTER TABLE consent_consenttext ENABLE ALWAYS TRIGGER consent_text_locked")
    changed = get_consent(consent.customer, consent.pk)
    assert not is_intact(changed.text)
    assert "its SHA-256 differs" in words(on_paper(sheet_of(changed, at=now)))


def test_a_call_record_changed_behind_the_guard_is_told(consent, now):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE consent_callrecord DISABLE TRIGGER USER")
        cursor.execute("UPDATE consent_callrecord SET person = 'Jemand anders'")
    told = words(on_paper(sheet_of(consent, at=now)))
    assert "The seal is broken: the record was changed." in told and "The seal is right" not in told


def test_the_verdict_says_what_the_ledger_says(consent, cast, customer, now):
    def says(at):
        return verdict(sheet_of(get_consent(customer, consent.pk), at=at))

    assert says(now) == "This consent stands and can be proven."
    assert "it is stale" in says(now + timedelta(days=730))
    assert says(now + timedelta(days=1461)).startswith("This consent ended on 19 Aug 2030, 00:00 (Europe/Berlin).")
    services.withdraw_consent(cast.anna, consent=consent, how="spoken", note="", at=now)
    assert says(now).startswith("This consent was withdrawn on 24 Nov 2026, 11:00 (Europe/Berlin).")


def test_without_wording_or_evidence_it_cannot_be_proven(cast, customer, now):
    bare = services.give_consent(
        cast.clara,
        customer=customer,
        purpose="service",
        channel="letter",
        how="paper",
        evidence="Karte",
        given_at=now,
        at=now,
    )
    sheet = sheet_of(get_consent(customer, bare.pk), at=now)
    assert "it cannot be proven" in verdict(sheet) and "No wording is on record." in words(on_paper(sheet))
    assert as_json(sheet)["wording"] is None


def test_an_objection_is_told_and_outweighs(consent, cast, customer, now):
    record_objection(cast.anna, customer=customer, scope="marketing_objection", how="spoken", at=now)
    sheet = sheet_of(get_consent(customer, consent.pk), at=now)
    assert "Objections of the customer" in words(on_paper(sheet))
    assert verdict(sheet) == "The customer objected: no contact may rest on this consent."
    assert as_json(sheet)["objections"][0]["lifted"] is False


def test_a_sheet_for_a_consent_that_was_never_given(customer, now):
    bare = Consent.objects.create(customer=customer, purpose="service", channel="email")
    sheet = sheet_of(get_consent(customer, bare.pk), at=now)
    assert verdict(sheet) == "There is no consent. No contact may rest on it."
    assert render_pdf("consent_evidence", on_paper(sheet), language="en", at=now).startswith(b"%PDF-")


def test_the_number_of_queries_does_not_grow(consent, cast, customer, now, django_assert_num_queries):
    with django_assert_num_queries(5):
        on_paper(sheet_of(consent, at=now))
    for day in range(3):
        services.record_use(cast.anna, consent=consent, evidence=f"use {day}", at=now + timedelta(days=day))
    again = get_consent(customer, consent.pk)
    with django_assert_num_queries(5):
        on_paper(sheet_of(again, at=now + timedelta(days=9)))


def test_a_line_without_a_space_may_end_somewhere_and_a_hash_stays_whole():
    assert breakable("x" * 100) == "x" * 40 + "\u200b" + "x" * 40 + "\u200b" + "x" * 20
    assert breakable("a" * 64) == "a" * 64


def test_hostile_words_stay_words(cast, customer, now):
    text = wording("service", "phone")
    hostile = '#panic() #read("/etc/passwd") *x* $ y $ = Überschrift'
    made = services.give_consent(
        cast.clara,
        customer=customer,
        purpose="service",
        channel="phone",
        how="paper",
        evidence=hostile,
        text=text,
        given_at=now,
        at=now,
    )
    sheet = on_paper(sheet_of(get_consent(customer, made.pk), at=now))
    assert hostile in words(sheet).replace('\\"', '"')
    assert render_pdf("consent_evidence", sheet, language="de", at=now).startswith(b"%PDF-")

"""The consents of a customer through the API: the rights, the proof and the sentences are those of the pages."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from consent.models import Consent, ConsentEvent, EvidenceFile
from consent.rest_bodies import ConsentedName, ConsentOut, EventOut
from contacts.customers.services import erase_customer
from portal.audit.models import AuditEntry
from portal.machines.problems import Problem
from tests.api.conftest import problem
from tests.cast import wording
from tests.requests.scenes import agreed_to_advertising

pytestmark = pytest.mark.django_db
PDF = base64.b64encode(b"%PDF-1.7 unterschrieben").decode()


@pytest.fixture
def given(now):
    return {
        "purpose": "marketing",
        "channel": "email",
        "given_at": (now - timedelta(days=2)).isoformat(),
        "how": "paper",
        "evidence": "Formular 12/2026",
        "file": {"name": "formular.pdf", "content": PDF},
    }


def test_the_reasons_are_those_of_the_form():
    from typing import get_args

    from consent.forms.common import CONSENTED

    assert list(get_args(ConsentedName)) == [value for value, _label in CONSENTED]


def test_a_consent_is_entered_with_its_proof_read_and_withdrawn(speak, customer, cast, given, now):
    made = speak("clara", "post", "customers/4711/consents", given | {"text": wording("marketing", "email").pk})
    assert made.status_code == 201, made.content
    ConsentOut.model_validate(made.json())
    assert (made.json()["state"], made.json()["proof"]) == ("active", True)
    assert EvidenceFile.objects.get().name == "formular.pdf"
    place = made["Location"].removeprefix("/api/v1/")
    assert speak("anna", "get", place).json() == made.json()
    assert speak("anna", "get", "customers/4711/consents").json()["items"] == [made.json()]
    ended = speak("anna", "post", f"{place}/withdraw", {"how": "written", "note": "Brief"}).json()
    assert (ended["state"], ended["withdrawn_at"]) == ("withdrawn", now.isoformat())
    problem(speak("anna", "post", f"{place}/withdraw", {}), 422, "already been withdrawn")
    trail = AuditEntry.objects.filter(verb__startswith="consent.").order_by("pk")
    assert [(row.verb, row.actor, row.after["through"]) for row in trail] == [
        ("consent.given", cast.clara, "api:for-clara"),
        ("consent.withdrawn", cast.anna, "api:for-anna"),
    ]


@pytest.mark.parametrize("late", ["consent.rest._as_it_stands", "portal.machines.once._keep"])
def test_a_file_whose_consent_fails_as_late_as_its_commit_is_not_left_on_the_disk(
    speak, customer, given, settings, monkeypatch, late
):
    def fail(*_args):
        raise Problem(409, "It broke.")

    monkeypatch.setattr(late, fail)
    problem(speak("clara", "post", "customers/4711/consents", given, **{"idempotency-key": "c-1"}), 409, "It broke.")
    assert not EvidenceFile.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_without_wording_and_file_it_proves_nothing(speak, customer, given):
    del given["file"]
    assert speak("clara", "post", "customers/4711/consents", given).json()["proof"] is False


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"how": "web_form"}, "how", ""),
        ({"given_at": "2027-01-01T00:00:00Z"}, "given_at", "lies in the future"),
        ({"given_at": "2026-11-01T00:00:00"}, "given_at", "with its offset"),
        ({"channel": "messenger"}, "platform", "Choose the platform"),
        ({"text": 999_999}, "text", ""),
        ({"ends_on": "2026-11-01"}, "ends_on", "This day has passed"),
        ({"file": {"name": "a.pdf", "content": "TVqQAAMAAAAEAAAA"}}, "file", "no PDF, PNG, JPEG or text"),
        ({"file": {"name": "a.pdf", "content": "no base64!"}}, "file.content", "no Base64"),
        ({"purpose": "private"}, "purpose", "must be one of"),
    ],
)
def test_a_consent_is_refused_with_the_sentence_of_the_page(speak, customer, given, change, field, words):
    told = problem(speak("clara", "post", "customers/4711/consents", given | change), 422)
    assert any(words in sentence for sentence in told["errors"][field])
    assert not Consent.objects.exists() and not EvidenceFile.objects.exists()


def test_a_scan_may_be_larger_than_other_bodies(speak, customer, given):
    scan = base64.b64encode(b"%PDF-1.7" + b"x" * 1_000_000).decode()
    assert speak(
        "clara", "post", "customers/4711/consents", given | {"file": {"name": "s.pdf", "content": scan}}
    ).json()
    assert EvidenceFile.objects.get().size > 1_000_000
    problem(speak("anna", "post", "customers/4711/objections", {"note": "x" * 70_000}), 413, "64 KB")
    problem(speak("clara", "post", "customers/4711/consents", {"evidence": "x" * 4_200_000}), 413, "4096 KB")


@pytest.mark.parametrize("name", ["anna", "mona", "rita", "tom", "adam"])
def test_only_keepers_enter_consents(speak, customer, given, name):
    problem(speak(name, "post", "customers/4711/consents", given), 403)
    assert not Consent.objects.exists()


def test_the_auditor_reads_and_withdraws_nothing(speak, customer, cast, now):
    place = f"customers/4711/consents/{agreed_to_advertising(cast, customer, now).pk}"
    assert speak("rita", "get", place).status_code == 200
    problem(speak("rita", "post", f"{place}/withdraw", {}), 403)


def test_the_evidence_is_read_by_those_who_read_it_on_the_pages(speak, customer, cast, now):
    place = f"customers/4711/consents/{agreed_to_advertising(cast, customer, now).pk}/history"
    seen = speak("rita", "get", place).json()["items"]
    assert [EventOut.model_validate(row).kind for row in seen] == ["given"]
    assert seen[0]["evidence"] == "Formular 12/2026"
    assert speak("anna", "get", place).json()["items"][0]["evidence"] is None


@pytest.mark.parametrize("kind", ["27560", "kantara"])
def test_the_receipt_is_that_of_the_pages(speak, customer, cast, now, kind, client):
    mine = agreed_to_advertising(cast, customer, now)
    place = f"customers/4711/consents/{mine.pk}/receipt"
    answer = speak("clara", "get", f"{place}?format={kind}")
    client.force_login(cast.clara)
    assert answer.json() == client.get(f"/customers/4711/consents/{mine.pk}/receipt.json?format={kind}").json()
    problem(speak("anna", "get", place), 403)
    problem(speak("clara", "get", f"{place}?format=pdf"), 422, "must be one of")
    problem(speak("clara", "get", f"{place}?colour=red"), 422, "no such field")


def test_a_consent_is_only_found_below_its_customer(speak, customer, cast, now):
    from tests.cast import make_customer

    make_customer(now, "9000")
    mine = agreed_to_advertising(cast, customer, now)
    for part in ("", "/history", "/receipt"):
        problem(speak("clara", "get", f"customers/9000/consents/{mine.pk}{part}"), 404)
    problem(speak("clara", "post", f"customers/9000/consents/{mine.pk}/withdraw", {}), 404)


def test_after_an_erasure_the_proof_is_read_by_officer_and_auditor(speak, customer, cast, now):
    place = f"customers/4711/consents/{agreed_to_advertising(cast, customer, now).pk}"
    erase_customer(cast.dora, customer=customer, at=now)
    assert speak("rita", "get", place).status_code == speak("dora", "get", f"{place}/history").status_code == 200
    for who in ("clara", "anna"):
        problem(speak(who, "get", place), 404)
    assert ConsentEvent.objects.count() == 2

"""Files that prove a consent: what they are by their content, kept privately, handed out as a download."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from consent.models import ConsentEvent, EvidenceFile
from consent.services.evidence import MAX_BYTES, content_type_of, display_name, keep_evidence
from portal.audit.models import AuditEntry
from tests.cast import wording

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"


@pytest.fixture
def post(client, cast, customer):
    """Record a consent with this file; returns the answer."""
    client.force_login(cast.clara)

    def post(name, content, **changes):
        moment = f"{timezone.localtime() - timedelta(hours=1):%Y-%m-%dT%H:%M}"
        words = {"given_at": moment, "how": "paper", "text": wording("marketing", "email").pk, "evidence": ""}
        url = reverse("consent_give", args=[customer.number]) + "?purpose=marketing&channel=email"
        return client.post(url, words | changes | {"file": SimpleUploadedFile(name, content)})

    return post


def stored(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        ("Grüße, ja gern.\r\n\tErika".encode(), "text/plain"),
        ("Grüße".encode("cp1252"), "text/plain"),
        (b"<svg onload='alert(1)'/>", "text/plain"),
        (b"", None),
        (b"MZ\x90\x00\x03", None),
        (b"PK\x03\x04\x14\x00", None),
        (b"GIF89a\x01\x00", None),
        (b" %PDF-1.7 \x00 later", None),
    ],
)
def test_the_content_says_what_a_file_is(content, kind):
    assert content_type_of(content) == kind


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("Formular 7.pdf", "application/pdf", "Formular 7.pdf"),
        ("foto.JPEG", "image/jpeg", "foto.JPEG"),
        ("rechnung.exe", "application/pdf", "rechnung.exe.pdf"),
        ("..\\..\\etc\\passwd", "text/plain", "passwd.txt"),
        ("a\u202egnp.exe", "image/png", "agnp.exe.png"),
        ("", "text/plain", "evidence.txt"),
        ("x" * 300, "application/pdf", "x" * 190 + ".pdf"),
        ("x" * 300 + ".pdf", "application/pdf", "x" * 190 + ".pdf"),
    ],
)
def test_the_name_that_people_see_fits_the_content(name, kind, shown):
    assert display_name(name, kind) == shown


def test_a_file_alone_proves_a_consent(post, settings, cast):
    assert post("Formular 7.pdf", PDF).status_code == 302
    event, kept = ConsentEvent.objects.get(), EvidenceFile.objects.get()
    assert event.evidence_file == kept and event.proof
    assert event.evidence == "Formular 7.pdf"
    assert kept.size == len(PDF) and len(kept.sha256) == 64
    (path,) = stored(settings)
    assert path.read_bytes() == PDF and "Formular" not in path.name
    entry = AuditEntry.objects.get(verb="evidence_file.added")
    assert (entry.actor, entry.after["sha256"]) == (cast.clara, kept.sha256)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("formular.pdf", b"MZ\x90\x00\x03\x00", "This is no PDF, PNG, JPEG or text file"),
        ("formular.pdf", b"", "The file is empty"),
        ("formular.pdf", PDF + b"x" * MAX_BYTES, "at most 10 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_at_its_field(post, settings, name, content, words):
    page = post(name, content, evidence="Ordner 3").content.decode()
    assert words in page and 'href="#id_file"' in page and "Ordner 3" in page
    assert not ConsentEvent.objects.exists() and not EvidenceFile.objects.exists() and stored(settings) == []


def test_a_refused_entry_leaves_no_file_behind_and_says_to_choose_it_again(post, settings):
    page = post("Formular 7.pdf", PDF, given_at="2099-01-01T10:00").content.decode()
    assert "The time lies in the future" in page
    assert "Please choose “Formular 7.pdf” again" in page
    assert not EvidenceFile.objects.exists() and stored(settings) == []
    assert not AuditEntry.objects.filter(verb="evidence_file.added").exists()


def test_a_wrong_field_says_too_that_the_file_must_be_chosen_again(post):
    assert "Please choose “a.png” again" in post("a.png", PNG, how="telepathy").content.decode()


@pytest.mark.parametrize("content", [PDF, PNG, b"<script>alert(1)</script>"])
def test_a_file_is_handed_out_as_a_download_and_never_guessed(post, client, cast, customer, content):
    post("Grüße.pdf", content)
    kept = EvidenceFile.objects.get()
    client.force_login(cast.rita)
    answer = client.get(_url(customer, kept))
    assert answer.content == content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == kept.content_type
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_employee_sees_the_name_but_not_the_file(post, client, cast, customer):
    post("Formular 7.pdf", PDF)
    kept = EvidenceFile.objects.get()
    client.force_login(cast.anna)
    assert client.get(_url(customer, kept)).status_code == 403
    page = client.get(reverse("consent", args=[customer.number, ConsentEvent.objects.get().consent_id]))
    assert kept.sha256 in page.content.decode() and _url(customer, kept) not in page.content.decode()


def test_a_file_that_was_exchanged_or_lost_is_not_handed_out(post, client, cast, customer, settings):
    post("Formular 7.pdf", PDF)
    kept = EvidenceFile.objects.get()
    (path,) = stored(settings)
    path.write_bytes(PDF + b"!")
    assert "its SHA-256 differs" in client.get(_url(customer, kept), follow=True).content.decode()
    path.unlink()
    assert "The file is gone" in client.get(_url(customer, kept), follow=True).content.decode()


def test_the_database_keeps_what_was_filed(post):
    post("Formular 7.pdf", PDF)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        EvidenceFile.objects.update(sha256="0" * 64)


def test_only_keepers_file_evidence(cast, now):
    for name in ("anna", "mona", "rita", "adam", "tom"):
        with pytest.raises(PermissionDenied):
            keep_evidence(getattr(cast, name), upload=SimpleUploadedFile("a.pdf", PDF), at=now)
    with pytest.raises(ValidationError):
        keep_evidence(cast.dora, upload=SimpleUploadedFile("a.pdf", b"\x00"), at=now)


def _url(customer, kept):
    consent_id = ConsentEvent.objects.get(evidence_file=kept).consent_id
    return reverse("evidence_file", args=[customer.number, consent_id, kept.pk])

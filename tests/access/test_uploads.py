"""Every form that takes a file, with files that are none: a sentence, nothing kept, nothing outside."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from consent.models import ConsentEvent, EvidenceFile
from consent.services import evidence, give_consent
from contacts.customers.models import ImportRun
from contacts.screening.models import Screening
from tests.cast import wording
from tests.customers.importing.workbooks import parts, sheet, write_zip
from tests.training import courses
from training.models import BankImport, LessonPicture

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><foreignObject/></svg>'
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://%s">]><quiz><a>&x;</a></quiz>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "hahaha">%s]><quiz>&j;</quiz>' % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
#: Bytes that are no text, no workbook, no picture and no PDF.
BINARY = {
    "program.csv": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff",
    "program.txt": b"\x7fELF\x02\x01\x01\x00" + bytes(60),
    "packed.txt": gzip.compress(b"Kundennummer\n4711\n" * 99),
    "class.xml": b"\xca\xfe\xba\xbe\x00\x00\x00\x34",
}
NAMES = (
    "../../../etc/passwd.csv", "..\\..\\windows\\system32\\a.csv", "/etc/cron.d/a.csv", "a\x00b.csv", "CON.csv", ".csv",
    "a\r\nContent-Type: text-html.csv", "<img src=x onerror=alert(1)>.csv", "x" * 300 + ".csv", "\u202evsc.exe.csv",
    "%2e%2e%2fa.csv", "a;b='c\".csv", "$(id).csv", "ä漢字.csv",
)  # fmt: skip


@dataclass(frozen=True)
class Form:
    """Where it is, who uses it, what is sent beside the file, what a kept file leaves, its limit in bytes."""

    who: str
    path: str
    fields: dict
    kept: Callable[[], int]
    limit: int


@pytest.fixture
def forms_of(cast, customer, now, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    edition = courses.draft(courses.course(now).course, number=2)
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "F7"}
    text = wording("marketing", "email")
    mine = give_consent(cast.clara, customer=customer, text=text, given_at=now, at=now, **values)
    correction = {"evidence": "F8", "given_at": "2026-11-20 10:00", "text": text.pk, "reason": "Scan"}
    bank = reverse("author_import", args=[edition.course.slug, edition.number])
    return {
        "imports": Form("clara", "/imports/", {"kind": "customers"}, ImportRun.objects.count, 1024 * 1024),
        "screenings": Form(
            "anna",
            reverse("screenings"),
            {"purpose": "service", "channel": "email", "named_by": ""},
            Screening.objects.count,
            1024 * 1024,
        ),
        "evidence": Form(
            "clara",
            reverse("consent_correct", args=[customer.number, mine.pk]),
            correction,
            EvidenceFile.objects.count,
            evidence.MAX_BYTES,
        ),
        "pictures": Form(
            "tom", reverse("author_pictures"), {"alt_de": "a", "alt_en": "a"}, LessonPicture.objects.count, 2_000_000
        ),
        "bank": Form("tom", bank, {"language": "de"}, BankImport.objects.count, 5_000_000),
    }


NAMED = ("imports", "screenings", "evidence", "pictures", "bank")


def send(client, cast, form: Form, name: str, content: bytes):
    client.force_login(getattr(cast, form.who))
    answer = client.post(form.path, {**form.fields, "file": SimpleUploadedFile(name, content)})
    assert answer.status_code in (200, 302), (name, answer.status_code)
    return answer


def said(answer) -> str:
    """What stands at the field."""
    return " ".join(answer.context["form"].errors.get("file", [])) if answer.status_code == 200 else ""


@pytest.mark.parametrize("place", NAMED)
def test_what_is_no_list_or_picture_or_proof_is_refused_with_a_sentence(client, cast, forms_of, tmp_path, place):
    form = forms_of[place]
    for name, content in BINARY.items():
        before = form.kept()
        answer = send(client, cast, form, name, content)
        if place == "bank" and answer.status_code == 302:  # text of a kind: a report that takes nothing over
            assert not client.get(answer.headers["Location"]).context["new"]
            continue
        assert said(answer).endswith("."), (place, name, answer.status_code)
        assert form.kept() == before, (place, name)
    for name, content in (("a.svg", SVG), ("a.html", b"<script>alert(1)</script>")):
        if place in ("pictures", "bank"):
            assert said(send(client, cast, form, name, content)).endswith("."), (place, name)


@pytest.mark.parametrize("place", NAMED)
def test_what_is_too_large_is_refused_with_its_limit(client, cast, forms_of, place):
    form, before = forms_of[place], forms_of[place].kept()
    head = PNG if place == "pictures" else b"%PDF-1.7\n" if place == "evidence" else b"Kundennummer\n"
    answer = send(client, cast, form, "a.txt" if place == "bank" else "a.csv", head + b"1\n" * (form.limit // 2 + 9))
    assert "MB" in said(answer) and said(answer).endswith(".")
    assert form.kept() == before


@pytest.mark.parametrize("place", NAMED)
def test_xml_that_reaches_outside_or_multiplies_is_refused_everywhere(client, cast, forms_of, tmp_path, place):
    """As a file of questions, and as the sheet of a workbook."""
    form = forms_of[place]
    secret = tmp_path / "secret"
    secret.write_text("Geheimnisträger")
    for content in (ENTITY % str(secret).encode(), LAUGHS):
        before = form.kept()
        book = tmp_path / "a.xlsx"
        declared = content.decode().partition("<quiz>")[0]
        write_zip(book, parts(sheet=declared + sheet("")))
        for name, data in (("a.xml", content), ("a.xlsx", book.read_bytes())):
            answer = send(client, cast, form, name, data)
            shown = client.get(answer.headers["Location"]) if answer.status_code == 302 else answer
            assert len(shown.content) < 300_000 and b"hahahahahaha" not in shown.content
            assert "Geheimnistr" not in shown.content.decode()
            assert not (place == "bank" and answer.status_code == 302) or not shown.context["new"]
        if place == "pictures":
            assert form.kept() == before


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_that_wants_to_be_a_path_stays_a_name(client, cast, forms_of, settings, name):
    outside = set(ROOT.glob("*"))
    for place, content in (("imports", b"Kundennummer;Nachname\n1;A\n"), ("evidence", b"%PDF-1.7 a")):
        answer = send(client, cast, forms_of[place], name, content)
        shown = client.get(answer.headers["Location"]) if answer.status_code == 302 else answer
        assert b"<img src=x" not in shown.content and "\n" not in "".join(shown.headers.values())
    media = settings.MEDIA_ROOT.resolve()
    kept = [path for path in media.parent.rglob("*") if path.is_file() and "mails" not in path.parts]
    assert kept and all(media in path.resolve().parents for path in kept)
    assert all(path.stem.isalnum() or path.stem.startswith("liste") or len(path.name) < 120 for path in kept)
    assert set(ROOT.glob("*")) == outside
    event = ConsentEvent.objects.filter(evidence_file__isnull=False).select_related("consent__customer").last()
    for row in EvidenceFile.objects.all():
        assert "/" not in row.name and "\\" not in row.name and row.name.isprintable()
        consent = event.consent
        download = client.get(reverse("evidence_file", args=[consent.customer.number, consent.pk, row.pk]))
        assert download.status_code == 200 and download.headers["Content-Disposition"].startswith("attachment;")
        assert not {"\r", "\n"} & set(download.headers["Content-Disposition"])


def test_the_table_names_every_form_that_takes_a_file():
    """A new one fails here until it stands above, or is named with its own test."""

    def everybody(kind):
        for one in kind.__subclasses__():
            yield one
            yield from everybody(one)

    taking = {
        one.__name__
        for one in everybody(forms.BaseForm)
        if one.__module__.partition(".")[0] in ("portal", "contacts", "consent", "training")
        and any(isinstance(field, forms.FileField) for field in getattr(one, "base_fields", {}).values())
    }
    ours = {"UploadForm", "ScreeningForm", "PictureForm", "ImportForm"}
    proofs = {"ConsentForm", "RenewalForm", "CorrectionForm", "ProofForm", "EvidenceForm"}
    assert ours <= taking
    assert taking - ours - {"RefreshForm"} <= proofs  # RefreshForm: tests/customers/test_suppression_pages.py


def test_the_page_of_limits_names_every_upload():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    section = page.partition("## What may be uploaded")[2].partition("\n## ")[0]
    for words in ("Customers and consents", "Screening", "Suppression", "Proof", "Picture", "Questions"):
        assert f"| {words}" in section
    assert f"{evidence.MAX_BYTES // 1024 // 1024} MB" in section

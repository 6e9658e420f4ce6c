"""The upload page, the run's page, the worker, and the command."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from contacts.customers.importing import run
from contacts.customers.models import Customer, ImportRun
from portal.audit.models import AuditEntry
from tests.customers.lists import row, text

pytestmark = pytest.mark.django_db


def upload(client, content: bytes, name: str = "liste.csv", **fields):
    return client.post(reverse("imports"), {"file": SimpleUploadedFile(name, content), "default_source": "", **fields})


@pytest.fixture
def clara(client, cast):
    client.force_login(cast.clara)
    return client


def test_a_list_is_uploaded_and_told_about(clara):
    answer = upload(clara, text(row("1"), row("2", Art="Hund")).encode("cp1252"))
    imported = ImportRun.objects.get()
    assert answer.url == reverse("import_run", args=[imported.pk])
    page = clara.get(answer.url).content.decode()
    assert "Hund" in page and "This word is not known here." in page
    assert imported.summary["counts"]["created"] == 1
    errors = clara.get(reverse("import_errors", args=[imported.pk]))
    assert b"".join(errors.streaming_content).decode("utf-8-sig").startswith("Zeile;Spalte;Wert;Grund;Abhilfe")
    assert errors.headers["Content-Disposition"].startswith("attachment")
    verbs = AuditEntry.objects.filter(subject_type="import").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["import.received", "import.done"]


def test_a_refused_file_leaves_nothing_but_its_reason(clara, settings):
    answer = upload(clara, b"Vorname;Nachname\r\nA;B\r\n")
    assert answer.status_code == 200
    assert "There is no column “Kundennummer”" in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert list(settings.MEDIA_ROOT.rglob("*.csv")) == []


@pytest.mark.parametrize(("content", "words"), [(b"", "The file is empty"), (None, "Choose a file first")])
def test_no_file_and_an_empty_file_are_told_so(clara, content, words):
    data = {"default_source": ""} | ({} if content is None else {"file": SimpleUploadedFile("x.csv", content)})
    assert words in clara.post(reverse("imports"), data).content.decode()


def test_a_large_list_waits_for_the_worker(clara, monkeypatch, now):
    monkeypatch.setattr(run, "AT_ONCE", 2)
    upload(clara, text(*(row(str(number)) for number in range(5))).encode())
    imported = ImportRun.objects.get()
    assert (imported.state, Customer.objects.count()) == ("waiting", 0)
    assert "data-refresh" in clara.get(reverse("import_run", args=[imported.pk])).content.decode()
    assert run.run_waiting(at=now) == 1
    imported.refresh_from_db()
    assert (imported.state, imported.rows_done, Customer.objects.count()) == ("done", 5, 5)
    assert run.run_waiting(at=now) == 0


def test_without_a_worker_the_page_starts_it(clara, monkeypatch):
    monkeypatch.setattr(run, "AT_ONCE", 2)
    upload(clara, text(*(row(str(number)) for number in range(5))).encode())
    imported = ImportRun.objects.get()
    clara.post(reverse("import_start", args=[imported.pk]))
    clara.post(reverse("import_start", args=[imported.pk]))
    assert Customer.objects.count() == 5
    assert AuditEntry.objects.filter(verb="import.done").count() == 1


def test_a_run_whose_process_died_is_begun_again(clara, monkeypatch, now):
    """`running` without a session that holds the claim: the process is gone. What it had written changes nothing."""
    monkeypatch.setattr(run, "AT_ONCE", 2)
    upload(clara, text(*(row(str(number)) for number in range(5))).encode())
    imported = ImportRun.objects.get()
    Customer.objects.create(number="0", last_name="Muster")
    ImportRun.objects.update(state="running", rows_done=3)
    assert run.run_waiting(at=now) == 1
    imported.refresh_from_db()
    assert (imported.summary["counts"]["created"], imported.summary["counts"]["same"]) == (4, 1)
    assert imported.rows_done == 5


def test_a_file_that_vanished_ends_the_run_with_a_sentence(clara, monkeypatch, now, settings):
    monkeypatch.setattr(run, "AT_ONCE", 2)
    upload(clara, text(*(row(str(number)) for number in range(5))).encode())
    next(settings.MEDIA_ROOT.rglob("*.csv")).unlink()
    assert run.run_waiting(at=now) == 1
    imported = ImportRun.objects.get()
    assert imported.state == "failed" and "Upload it again" in imported.summary["refusal"]
    assert imported.summary["refusal"] in clara.get(reverse("import_run", args=[imported.pk])).content.decode()


def test_a_name_with_a_path_in_it_stays_a_name(clara, settings):
    upload(clara, text(row("1")).encode(), name="../../etc/passwd.csv")
    imported = ImportRun.objects.get()
    assert imported.original_name == "passwd.csv"
    assert settings.MEDIA_ROOT in imported.error_path.parents


def test_the_empty_list_is_what_the_import_reads(clara):
    template = clara.get(reverse("import_template")).content
    assert template.startswith(b"\xef\xbb\xbfKundennummer;")
    first = template.decode("utf-8-sig").strip()
    upload(clara, (first + "\r\n" + row("1") + "\r\n").encode("utf-8"))
    assert Customer.objects.get().number == "1"


def test_html_in_a_cell_is_shown_as_text(clara):
    answer = upload(clara, text(row("1", Art="<script>alert(1)</script>")).encode())
    page = clara.get(answer.url).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


# --- the command


def test_the_command_takes_good_rows_and_exits_with_3_for_the_others(tmp_path, capsys):
    path = tmp_path / "liste.csv"
    path.write_bytes(text(row("1"), row("2", Art="Hund")).encode("cp1252"))
    with pytest.raises(SystemExit) as ended:
        call_command("import_customers", str(path))
    assert ended.value.code == 3
    told = capsys.readouterr().out
    assert "created: 1" in told and "line 3, Art: 'Hund'" in told
    assert (tmp_path / "liste.errors.csv").exists()


def test_the_command_speaks_json(tmp_path, capsys):
    path = tmp_path / "liste.csv"
    path.write_text(text(row("1"), row("2")), encoding="utf-8")
    call_command("import_customers", str(path), "--json")
    assert json.loads(capsys.readouterr().out)["created"] == 2


def test_the_command_refuses_what_it_cannot_read(tmp_path, cast):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_customers", str(tmp_path / "fehlt.csv"))
    path = tmp_path / "leer.csv"
    path.write_text("")
    with pytest.raises(CommandError, match="empty"):
        call_command("import_customers", str(path))
    path.write_text(text(row("1")))
    with pytest.raises(CommandError, match="no active person"):
        call_command("import_customers", str(path), "--acting", "wer@firma.example")
    with pytest.raises(CommandError, match="who keeps customers"):
        call_command("import_customers", str(path), "--acting", cast.anna.email)
    assert not Customer.objects.exists()


def test_the_command_acts_in_a_persons_name(tmp_path, cast):
    path = tmp_path / "liste.csv"
    path.write_text(text(row("1", Werbesperre="ja")), encoding="utf-8")
    call_command("import_customers", str(path), "--acting", cast.clara.email)
    assert AuditEntry.objects.get(verb="customer.created").actor == cast.clara


def test_a_dry_run_by_command_writes_nothing(tmp_path, capsys):
    path = tmp_path / "liste.csv"
    path.write_text(text(row("1")), encoding="utf-8")
    call_command("import_customers", str(path), "--dry-run")
    assert "fine: 1" in capsys.readouterr().out
    assert not Customer.objects.exists()

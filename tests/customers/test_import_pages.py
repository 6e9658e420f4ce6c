"""The upload page, the run's page, the worker, and the command."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from contacts.customers.import_presenting import progress_text
from contacts.customers.importing import engine, reading, run, working
from contacts.customers.models import Customer, ImportRun
from portal.audit.models import AuditEntry
from portal.outbox.delivery import compose
from portal.outbox.models import OutboxMessage
from tests.customers.lists import HEADER, row, text

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def upload(client, content: bytes, name: str = "liste.csv", **fields):
    data = {"file": SimpleUploadedFile(name, content), "kind": "customers", "default_source": "", **fields}
    return client.post(reverse("imports"), data)


def match(client, imported, **chosen):
    """Press "Check the list" with the proposed columns, some of them chosen otherwise by the name of the column."""
    header = imported.source["header"]
    fields = dict(zip(header, imported.mapping, strict=True)) | chosen
    data = {f"column_{place}": fields[name] for place, name in enumerate(header)}
    return client.post(reverse("import_columns", args=[imported.pk]), data)


def press(client, imported, name: str, **data):
    return client.post(reverse(f"import_{name}", args=[imported.pk]), data)


def checked(client, content: bytes, **fields) -> ImportRun:
    """A list as far as the confirmation."""
    upload(client, content, **fields)
    imported = ImportRun.objects.latest("pk")
    match(client, imported)
    imported.refresh_from_db()
    return imported


def confirm(client, imported) -> ImportRun:
    imported.refresh_from_db()
    press(client, imported, "confirm", plan=imported.plan)
    imported.refresh_from_db()
    return imported


def page_of(client, imported) -> str:
    return client.get(reverse("import_run", args=[imported.pk])).content.decode()


@pytest.fixture
def clara(client, cast):
    client.force_login(cast.clara)
    return client


@pytest.fixture
def few(monkeypatch):
    """More than two rows are left to the worker."""
    monkeypatch.setattr(working, "AT_ONCE", 2)


FIVE = text(*(row(str(number)) for number in range(5))).encode()


# --- from the upload to the end


def test_a_list_is_uploaded_matched_checked_and_imported(clara):
    answer = upload(clara, text(row("1"), row("2", Art="Hund")).encode("cp1252"))
    imported = ImportRun.objects.get()
    assert answer.url == reverse("import_columns", args=[imported.pk])
    page = clara.get(answer.url).content.decode()
    assert "Kundennummer" in page and "Muster" in page and "Hund" in page
    match(clara, imported)
    imported.refresh_from_db()
    assert (imported.state, Customer.objects.count()) == ("checked", 0)
    page = page_of(clara, imported)
    assert "Import 1 customer" in page and "This word is not known here." in page and "New customer" in page
    confirm(clara, imported)
    assert (imported.state, imported.summary["counts"]["created"]) == ("done", 1)
    errors = clara.get(reverse("import_errors", args=[imported.pk]))
    assert b"".join(errors.streaming_content).decode("utf-8-sig").startswith("Zeile;Spalte;Wert;Grund;Abhilfe")
    assert errors.headers["Content-Disposition"].startswith("attachment")
    verbs = AuditEntry.objects.filter(subject_type="import").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        "import.received",
        "import.columns_chosen",
        "import.checked",
        "import.confirmed",
        "import.done",
    ]


def test_the_end_is_told_by_mail_once(clara, cast):
    imported = confirm(clara, checked(clara, text(row("1"), row("2", Art="Hund")).encode()))
    mail = OutboxMessage.objects.get(topic="import_done")
    assert mail.recipient == cast.clara
    assert compose(mail, mail).subject == "Import finished: 1 taken over, 1 need a look"
    assert f"/imports/{imported.pk}/" in compose(mail, mail).body


def test_a_refused_file_leaves_nothing_but_its_reason(clara, settings):
    answer = upload(clara, b"Kundennummer;kundennummer\r\nA;B\r\n")
    assert answer.status_code == 200
    assert "The column “kundennummer” is there twice" in answer.content.decode()
    assert not ImportRun.objects.exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("content", "words"), [(b"", "The file is empty"), (None, "Choose a file first")])
def test_no_file_and_an_empty_file_are_told_so(clara, content, words):
    data = {"kind": "customers"} | ({} if content is None else {"file": SimpleUploadedFile("x.csv", content)})
    assert words in clara.post(reverse("imports"), data).content.decode()


def test_a_name_with_a_path_in_it_stays_a_name(clara, settings):
    upload(clara, text(row("1")).encode(), name="../../etc/passwd.csv")
    imported = ImportRun.objects.get()
    assert imported.original_name == "passwd.csv"
    assert settings.MEDIA_ROOT in imported.error_path.parents


def test_html_in_a_cell_is_shown_as_text(clara):
    imported = checked(clara, text(row("1", Art="<script>alert(1)</script>")).encode())
    for page in (page_of(clara, imported), clara.get(reverse("import_columns", args=[imported.pk])).content.decode()):
        assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_empty_list_is_what_the_import_reads(clara, tmp_path, form):
    empty = clara.get(reverse("import_template", args=["customers", form]))
    assert empty.headers["Content-Disposition"] == f'attachment; filename="customers.{form}"'
    path = tmp_path / f"empty.{form}"
    path.write_bytes(empty.content)
    assert reading.inspect(path).header == tuple(HEADER.split(";"))


def test_an_empty_list_that_does_not_exist_is_not_found(clara):
    assert clara.get(reverse("import_template", args=["customers", "pdf"])).status_code == 404
    assert clara.get(reverse("import_template", args=["dogs", "csv"])).status_code == 404


# --- columns


def test_unknown_columns_are_matched_by_hand_and_remembered(clara):
    odd = b"Kd;Familie;Haustier\r\n1;Muster;Hund\r\n"
    upload(clara, odd)
    imported = ImportRun.objects.get()
    assert imported.mapping == ["", "", ""]
    answer = match(clara, imported)
    assert "There is no column “Kundennummer”" in answer.content.decode()
    match(clara, imported, Kd="number", Familie="last_name")
    confirm(clara, imported)
    assert Customer.objects.get(number="1").last_name == "Muster"
    upload(clara, odd.replace(b"1;Muster", b"2;Schmidt"))
    again = ImportRun.objects.latest("pk")
    assert again.mapping == ["number", "last_name", ""]
    assert "Haustier" in page_of(clara, checked(clara, odd))


def test_the_corrected_error_file_is_matched_as_the_list_was(clara):
    odd = b"Kd;Familie;Geb\r\n1;Muster;gestern\r\n"
    upload(clara, odd)
    match(clara, ImportRun.objects.get(), Kd="number", Familie="last_name", Geb="birth_date")
    imported = ImportRun.objects.get()
    errors = b"".join(clara.get(reverse("import_errors", args=[imported.pk])).streaming_content)
    upload(clara, errors.replace(b";gestern\r\n", b";01.02.1980\r\n"))
    again = ImportRun.objects.latest("pk")
    assert again.mapping == ["", "", "", "", "", "number", "last_name", "birth_date"]


def test_two_columns_for_one_field_are_refused_with_both_names(clara):
    upload(clara, text(row("1")).encode())
    answer = match(clara, ImportRun.objects.get(), Vorname="last_name")
    assert "The columns “Vorname” and “Nachname” mean the same. Remove one." in answer.content.decode()
    assert ImportRun.objects.get().state == "mapping"


# --- the check, and what is confirmed


def test_the_check_shows_what_would_change_side_by_side_and_writes_nothing(clara):
    Customer.objects.create(number="1", last_name="Alt", relationship="prospect")
    Customer.objects.create(number="2", last_name="Muster")
    imported = checked(clara, text(row("1", Beziehung="Kunde"), row("2"), row("3")).encode())
    counts = imported.check_result["counts"]
    assert (counts["created"], counts["changed"], counts["same"]) == (1, 1, 1)
    found = [(d["subject"], d["field"], d["before"], d["after"]) for d in imported.check_result["differences"]]
    assert found == [
        ("1", "relationship", "Prospect", "Customer"),
        ("1", "last name", "Alt", "Muster"),
        ("3", "New customer", "", "Muster"),
    ]
    assert set(Customer.objects.values_list("number", "last_name")) == {("1", "Alt"), ("2", "Muster")}
    assert AuditEntry.objects.exclude(subject_type="import").count() == 0
    assert OutboxMessage.objects.count() == 0


def test_no_more_than_twenty_differences_are_kept(clara):
    imported = checked(clara, text(*(row(str(number)) for number in range(30))).encode())
    assert len(imported.check_result["differences"]) == 20


def test_only_what_was_checked_can_be_confirmed(clara):
    imported = checked(clara, text(row("1")).encode())
    answer = clara.post(reverse("import_confirm", args=[imported.pk]), {"plan": "0" * 64}, follow=True)
    assert "have changed since the check" in answer.content.decode()
    match(clara, imported, Sprache="")
    press(clara, imported, "confirm", plan=imported.plan)
    assert not Customer.objects.exists()
    confirm(clara, imported)
    assert Customer.objects.exists()


def test_a_list_is_confirmed_once(clara):
    imported = confirm(clara, checked(clara, text(row("1")).encode()))
    answer = clara.post(reverse("import_confirm", args=[imported.pk]), {"plan": imported.plan}, follow=True)
    assert "it is “Finished” now. Nothing was changed." in answer.content.decode()
    assert AuditEntry.objects.filter(verb="import.done").count() == 1


def test_a_file_that_was_exchanged_on_the_server_is_not_imported(clara, few, now):
    imported = checked(clara, FIVE)
    working.run_waiting(at=now)
    imported = confirm(clara, imported)
    with open(imported.file.path, "ab") as file:
        file.write(row("666").encode())
    assert working.run_waiting(at=now) == 1
    imported.refresh_from_db()
    assert "not the one that was uploaded" in imported.summary["refusal"]
    assert imported.summary["refusal"] in page_of(clara, imported)
    assert not Customer.objects.exists()


# --- the worker


def test_a_large_list_waits_for_the_worker_twice(clara, few, now):
    imported = checked(clara, FIVE)
    assert imported.state == "to_check"
    assert "data-progress" in page_of(clara, imported)
    assert working.run_waiting(at=now) == 1
    imported = confirm(clara, imported)
    assert (imported.state, Customer.objects.count()) == ("waiting", 0)
    assert "0 of 5" in clara.get(reverse("import_progress", args=[imported.pk])).content.decode()
    assert working.run_waiting(at=now) == 1
    imported.refresh_from_db()
    assert (imported.state, imported.rows_done, Customer.objects.count()) == ("done", 5, 5)
    assert working.run_waiting(at=now) == 0


def test_without_a_worker_the_page_goes_on(clara, few):
    imported = checked(clara, FIVE)
    press(clara, imported, "start")
    confirm(clara, imported)
    press(clara, imported, "start")
    press(clara, imported, "start")
    assert Customer.objects.count() == 5
    assert AuditEntry.objects.filter(verb="import.done").count() == 1


def test_a_turn_of_the_worker_ends_at_its_budget_and_the_next_goes_on(clara, few, now, monkeypatch):
    monkeypatch.setattr(engine, "CHUNK", 2)
    monkeypatch.setattr(working, "BUDGET", 0.0)
    imported = checked(clara, FIVE)
    seen = []
    for _turn in range(4):
        working.run_waiting(at=now)
        imported.refresh_from_db()
        seen.append((imported.state, imported.rows_done))
    assert seen == [("checking", 2), ("checking", 4), ("checked", 5), ("checked", 5)]


def test_a_file_that_vanished_ends_the_run_with_a_sentence(clara, few, now, settings):
    imported = checked(clara, FIVE)
    next(settings.MEDIA_ROOT.rglob("*.list")).unlink()
    assert working.run_waiting(at=now) == 1
    imported.refresh_from_db()
    assert imported.state == "failed" and "Upload it again" in imported.summary["refusal"]
    assert imported.summary["refusal"] in page_of(clara, imported)


def test_one_broken_run_does_not_hold_up_the_others(clara, few, now, monkeypatch):
    first, second = checked(clara, FIVE), checked(clara, FIVE)
    begin = working._begin
    monkeypatch.setattr(working, "_begin", lambda run, *rest: 1 / 0 if run.pk == first.pk else begin(run, *rest))
    assert working.run_waiting(at=now) == 1
    second.refresh_from_db()
    assert second.state == "checked"


def test_the_estimate_is_in_words(clara):
    imported = ImportRun(state="running", rows=4120, rows_done=3200, seconds_spent=417.0)
    assert progress_text(imported) == "3,200 of 4,120, about 2 min"
    imported.seconds_spent = 1.0
    assert progress_text(imported) == "3,200 of 4,120, less than a minute"


# --- stop, go on, undo


@pytest.fixture
def stopped(clara, few, now, monkeypatch):
    """Five customers in chunks of two, stopped behind the first chunk."""
    monkeypatch.setattr(engine, "CHUNK", 2)
    imported = checked(clara, FIVE)
    working.run_waiting(at=now)
    imported = confirm(clara, imported)
    take = working._take

    def take_and_stop(run, *rest):
        more = take(run, *rest)
        if run.rows_done == 2:
            press(clara, imported, "stop")
        return more

    monkeypatch.setattr(working, "_take", take_and_stop)
    working.run_waiting(at=now)
    monkeypatch.setattr(working, "_take", take)
    imported.refresh_from_db()
    return imported


def test_stop_counts_at_the_end_of_the_chunk(clara, stopped):
    assert (stopped.state, stopped.rows_done, Customer.objects.count()) == ("stopped", 2, 2)
    assert "2 of 5" in page_of(clara, stopped)


def test_a_stopped_import_goes_on_where_it_stopped(clara, stopped, now):
    press(clara, stopped, "continue")
    working.run_waiting(at=now)
    stopped.refresh_from_db()
    assert (stopped.state, stopped.rows_done, stopped.summary["counts"]["created"]) == ("done", 5, 5)
    assert Customer.objects.count() == 5


def test_an_import_that_nobody_has_begun_stops_at_once(clara, few, now):
    imported = checked(clara, FIVE)
    working.run_waiting(at=now)
    imported = confirm(clara, imported)
    press(clara, imported, "stop")
    assert working.run_waiting(at=now) == 0
    imported.refresh_from_db()
    assert (imported.state, Customer.objects.count()) == ("stopped", 0)


def test_a_stopped_import_can_be_undone(clara, stopped):
    press(clara, stopped, "undo")
    stopped.refresh_from_db()
    assert (stopped.state, Customer.objects.count()) == ("undone", 0)
    assert "New customers: 2 taken back" in page_of(clara, stopped)


def test_after_24_hours_nothing_is_undone_and_what_it_needs_is_forgotten(clara, now):
    imported = confirm(clara, checked(clara, text(row("1")).encode()))
    assert imported.changes.count() == 1
    late = imported.finished_at + timedelta(hours=24)
    assert working.forget(at=late - timedelta(seconds=1)) == 0
    with pytest.raises(ValidationError, match="24 hours"):
        run.undo(imported.acting_user, imported, at=late)
    assert working.forget(at=late) == 1
    assert Customer.objects.exists()


def test_a_verb_that_comes_too_late_changes_nothing(clara):
    imported = confirm(clara, checked(clara, text(row("1")).encode()))
    for name in ("stop", "continue"):
        answer = clara.post(reverse(f"import_{name}", args=[imported.pk]), follow=True)
        assert "Nothing was changed." in answer.content.decode()


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


def test_in_a_persons_name_it_is_an_import_like_those_of_the_page(tmp_path, cast, capsys):
    path = tmp_path / "liste.csv"
    path.write_text(text(row("1"), row("2", Art="Hund")), encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("import_customers", str(path), "--acting", cast.clara.email, "--json")
    imported = ImportRun.objects.get()
    assert json.loads(capsys.readouterr().out)["run"] == imported.pk
    assert (imported.state, imported.original_name, imported.rows_done) == ("done", "liste.csv", 2)
    assert "Hund" in (tmp_path / "liste.errors.csv").read_text("utf-8-sig")
    working.start(run.undo(cast.clara, imported, at=imported.finished_at), at=imported.finished_at)
    assert not Customer.objects.exists()


def test_a_refused_file_in_a_persons_name_leaves_no_file(tmp_path, cast, settings):
    path = tmp_path / "liste.csv"
    path.write_text("Vorname\nA\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no column “Kundennummer”"):
        call_command("import_customers", str(path), "--acting", cast.clara.email)
    assert not ImportRun.objects.exists()
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def test_a_dry_run_by_command_writes_nothing(tmp_path, capsys):
    path = tmp_path / "liste.csv"
    path.write_text(text(row("1")), encoding="utf-8")
    call_command("import_customers", str(path), "--dry-run")
    assert "created: 1" in capsys.readouterr().out
    assert not Customer.objects.exists()


def test_the_command_maps_columns_by_hand(tmp_path, capsys):
    path = tmp_path / "liste.csv"
    path.write_text("Kd;Familie\n1;Muster\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no column “Kundennummer”"):
        call_command("import_customers", str(path))
    with pytest.raises(CommandError, match="no column “Katze”"):
        call_command("import_customers", str(path), "--map", "Katze=number")
    with pytest.raises(CommandError, match="no field “cat”"):
        call_command("import_customers", str(path), "--map", "Kd=cat")
    call_command("import_customers", str(path), "--map", "Kd=number", "--map", "Familie=last_name")
    assert Customer.objects.get().last_name == "Muster"


def test_wrong_arguments_end_with_exit_code_2():
    answer = subprocess.run(
        [sys.executable, "manage.py", "import_customers"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert answer.returncode == 2 and "file" in answer.stderr


def test_the_list_goes_with_the_time_for_the_undo(clara, now):
    content = text(row("1", Nachname="Geheimrat"), row("2", Art="Hund", Nachname="Geheimrat")).encode()
    imported = confirm(clara, checked(clara, content))
    path, errors, late = Path(imported.file.path), imported.error_path, imported.finished_at + timedelta(hours=24)
    assert "Geheimrat" in errors.read_text()
    working.forget(at=late - timedelta(seconds=1))
    assert path.exists()
    working.forget(at=late)
    assert not path.exists()
    assert not errors.exists()
    imported.refresh_from_db()
    assert not imported.file
    assert "Geheimrat" not in str((imported.check_result, imported.summary))
    assert imported.summary["counts"]["created"] == 1
    assert "Geheimrat" not in page_of(clara, imported)
    assert working.forget(at=late) == 0
    assert AuditEntry.objects.filter(verb="import.forgotten").count() == 1


def test_a_stopped_import_whose_list_is_gone_is_not_taken_up_again(clara, stopped):
    working.forget(at=stopped.finished_at + timedelta(hours=24))
    stopped.refresh_from_db()
    with pytest.raises(ValidationError, match="not kept any more"):
        run.go_on(stopped.acting_user, stopped, at=stopped.finished_at)


def test_a_list_that_nobody_confirms_is_put_away_after_30_days(clara, now):
    found = checked(clara, text(row("1")).encode())
    path, late = Path(found.file.path), found.created_at + timedelta(days=30)
    working.forget(at=late - timedelta(seconds=1))
    found.refresh_from_db()
    assert found.state == "checked"
    working.forget(at=late)
    working.forget(at=late + timedelta(hours=24))
    found.refresh_from_db()
    assert (found.state, path.exists(), found.check_result.get("differences")) == ("failed", False, None)
    assert "Nobody confirmed this list for 30 days." in page_of(clara, found)

"""Importing consents: what a row says, what the ledger refuses, and that a second import changes nothing."""

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from consent import services
from consent.importing import kind as consents
from consent.importing.kind import CONSENTS, instant
from consent.models import Consent, ConsentEvent
from contacts.customers.importing import run, working
from contacts.customers.importing.engine import import_file

pytestmark = pytest.mark.django_db
HEADER = "Kundennummer;Zweck;Kanal;Plattform;Erteilt am;Gültig bis;Nachweis;Wortlaut;Herkunfts-ID"
GOOD = {
    "number": "4711",
    "purpose": "Werbung",
    "channel": "E-Mail",
    "given": "01.02.2026 14:05",
    "evidence": "Formular 7",
}


def line(origin: str = "A-1", **cells: str) -> str:
    said = GOOD | cells
    names = ("number", "purpose", "channel", "platform", "given", "ends", "evidence", "wording")
    return ";".join([*(said.get(name, "") for name in names), origin])


def listed(*lines: str) -> bytes:
    return ("\r\n".join([HEADER, *lines]) + "\r\n").encode("cp1252")


@pytest.fixture(autouse=True)
def ledger(monkeypatch):
    """Until the ledger has its own verb, one that keeps its promises: a stop is never overturned."""
    if hasattr(services, "import_consent"):
        return
    kept: dict[str, int] = {}

    def import_consent(
        actor, *, customer, purpose, channel, platform, given_at, ends_on, evidence, origin, wording_reference, at
    ):
        found = services._get_or_create(customer, purpose, channel, platform)
        if found.withdrawn_at is not None:
            raise ValidationError("This consent was withdrawn. An import does not bring it back.")
        event = ConsentEvent(
            kind="imported", at=given_at, how="imported", evidence=evidence, proof=bool(evidence), ends_on=ends_on
        )
        done = services._append(actor, found, event, at)
        kept[origin] = event.pk
        return done

    def known(origins):
        there = set(ConsentEvent.objects.filter(pk__in=kept.values()).values_list("pk", flat=True))
        return {origin for origin in origins if kept.get(origin) in there}

    monkeypatch.setattr(services, "import_consent", import_consent, raising=False)
    monkeypatch.setattr(consents, "known_origins", known)


@pytest.fixture
def take(tmp_path, cast, customer, now):
    def take(*lines: str, **options):
        path = tmp_path / "liste.csv"
        path.write_bytes(listed(*lines))
        return import_file(path, actor=cast.clara, at=now, kind=CONSENTS, **options)

    return take


def counts(report) -> dict[str, int]:
    return {name: value for name, value in vars(report.tally).items() if value}


def error(report) -> tuple[int, str, str]:
    (found,) = report.first_errors
    assert found.fix.endswith(".")
    return found.row.line, found.column, found.reason


def test_a_consent_comes_over_with_its_evidence_and_end(take, customer):
    assert counts(take(line(ends="31.12.2027"))) == {"created": 1}
    consent = Consent.objects.get()
    assert (consent.customer, consent.purpose, consent.channel) == (customer, "marketing", "email")
    assert consent.given_at == datetime(2026, 2, 1, 13, 5, tzinfo=UTC)
    assert (consent.ends_on, consent.proof) == (date(2027, 12, 31), True)
    assert consent.events.get().kind == "imported"


@pytest.mark.parametrize(
    ("purpose", "channel", "platform", "expected"),
    [
        ("marketing", "email", "", ("marketing", "email", "")),
        ("Werbung", "Mail", "", ("marketing", "email", "")),
        ("Advertising", "E-Mail", "", ("marketing", "email", "")),
        ("Service", "Telefon", "", ("service", "phone", "")),
        ("SERVICE", "Messenger", "whatsapp", ("service", "messenger", "whatsapp")),
    ],
)
def test_words_may_be_values_or_names_in_both_languages(take, purpose, channel, platform, expected):
    take(line(purpose=purpose, channel=channel, platform=platform))
    assert Consent.objects.values_list("purpose", "channel", "platform").get() == expected


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"number": "9999"}, "Kundennummer", "no customer with this number"),
        ({"purpose": ""}, "Zweck", "empty"),
        ({"purpose": "Spaß"}, "Zweck", "not known"),
        ({"purpose": "private"}, "Zweck", "not known"),
        ({"channel": "Taube"}, "Kanal", "not known"),
        ({"channel": "Messenger"}, "Plattform", "needs a platform"),
        ({"platform": "WhatsApp"}, "Plattform", "does not fit"),
        ({"given": ""}, "Erteilt am", "empty"),
        ({"given": "gestern"}, "Erteilt am", "no date"),
        ({"given": "25.11.2026"}, "Erteilt am", "future"),
        ({"given": "29.03.2026 02:30"}, "Erteilt am", "no such time"),
        ({"evidence": "x" * 501}, "Nachweis", "too long"),
    ],
)
def test_a_wrong_cell_is_named_and_its_row_left_out(take, cells, column, reason):
    line_number, where, why = error(take(line("A-1"), line("A-2", **cells)))
    assert (line_number, where) == (3, column)
    assert reason in why
    assert Consent.objects.count() == 1


def test_a_row_needs_the_number_of_the_earlier_system_and_has_it_once(take):
    assert error(take(line("")))[1] == "Herkunfts-ID"
    assert "in line 2 already" in error(take(line("A-1"), line("A-1", channel="SMS")))[2]


def test_the_same_list_again_changes_nothing(take):
    take(line())
    assert counts(take(line())) == {"same": 1}
    assert ConsentEvent.objects.count() == 1


def test_a_withdrawal_is_never_overturned(take, cast, now):
    take(line())
    services.withdraw_consent(cast.anna, consent=Consent.objects.get(), how="spoken", at=now)
    report = take(line("A-2", given="24.11.2026"))
    assert "withdrawn" in error(report)[2]
    assert Consent.objects.get().withdrawn_at is not None


def test_a_dry_run_says_the_same_and_writes_nothing(take, cast, now):
    report = take(line(), line("A-2", number="9999"), dry_run=True)
    assert counts(report) == {"created": 1, "refused": 1}
    assert [(d.before, d.after) for d in report.differences] == [("", "2026-02-01")]
    assert not Consent.objects.exists() and not ConsentEvent.objects.exists()


def test_a_day_begins_where_the_customer_lives():
    berlin, lisbon = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Lisbon")
    assert instant(date(2026, 7, 1), berlin) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert instant(date(2026, 7, 1), lisbon) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert instant(datetime.fromisoformat("2026-07-01T10:00+00:00"), berlin) == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_a_run_of_the_page_goes_the_same_way(cast, customer, now):
    found = run.receive(cast.clara, SimpleUploadedFile("c.csv", listed(line())), at=now, kind="consents")
    found = working.start(run.choose_columns(cast.clara, found, fields=found.mapping, at=now), at=now)
    assert (found.state, Consent.objects.count()) == ("checked", 0)
    found = working.start(run.confirm(cast.clara, found, plan=found.plan, at=now), at=now)
    assert (found.state, Consent.objects.count(), found.changes.get().what) == ("done", 1, "consent")
    if consents.undo_import is None:
        with pytest.raises(ValidationError, match="stay in the ledger"):
            run.undo(cast.clara, found, at=now)


# --- the command


def test_the_command_takes_good_rows_and_exits_with_3_for_the_others(
    tmp_path, cast, customer, capsys, now, time_machine
):
    time_machine.move_to(now)
    path = tmp_path / "c.csv"
    path.write_bytes(listed(line(), line("A-2", number="9999")))
    with pytest.raises(SystemExit) as ended:
        call_command("import_consents", str(path), "--acting", cast.clara.email, "--json")
    assert ended.value.code == 3
    said = json.loads(capsys.readouterr().out)
    assert (said["rows"], said["created"], said["refused"], said["dry_run"]) == (2, 1, 1, False)
    assert said["errors"][0]["reason"] == "There is no customer with this number."
    assert (tmp_path / "c.errors.csv").exists()


def test_the_command_tries_and_maps(tmp_path, cast, customer, capsys, now, time_machine):
    time_machine.move_to(now)
    path = tmp_path / "c.csv"
    path.write_bytes(listed(line()).replace(b"Kundennummer", b"Kd"))
    with pytest.raises(CommandError, match="no column “Kundennummer”"):
        call_command("import_consents", str(path), "--acting", cast.clara.email)
    call_command("import_consents", str(path), "--acting", cast.clara.email, "--map", "Kd=number", "--dry-run")
    assert "created: 1" in capsys.readouterr().out
    assert not Consent.objects.exists()

"""Importing consents: what a row says, what the ledger refuses, and that a second import changes nothing."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection

from consent import services
from consent.importing.kind import CONSENTS, instant
from consent.models import Consent, ConsentEvent
from contacts.customers.importing import run, working
from contacts.customers.importing.engine import import_file
from contacts.requests.services import permits
from portal.outbox.models import OutboxMessage
from tests.cast import make_customer, wording
from tests.requests.scenes import ask, permit_for

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
    text = wording("marketing", "email")
    assert counts(take(line(ends="31.12.2027", wording=text.reference))) == {"created": 1}
    consent = Consent.objects.get()
    assert (consent.customer, consent.purpose, consent.channel) == (customer, "marketing", "email")
    assert consent.given_at == datetime(2026, 2, 1, 13, 5, tzinfo=UTC)
    assert (consent.ends_on, consent.proof, consent.text) == (date(2027, 12, 31), True, text)
    event = consent.events.get()
    assert (event.kind, event.evidence, event.origin) == ("imported", "Formular 7", "import:A-1")


@pytest.mark.parametrize("missing", ["evidence", "wording"])
def test_what_comes_without_evidence_or_wording_cannot_be_proven(take, customer, missing):
    said = {"wording": wording("marketing", "email").reference} | {missing: ""}
    assert counts(take(line(**said))) == {"created": 1}
    assert Consent.objects.get().proof is False


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


# --- taking an import back


@pytest.fixture
def imported(cast, customer, now):
    """`imported(lines...)` brings a list in by the page's way and returns the run."""

    def imported(*lines: str):
        found = run.receive(cast.clara, SimpleUploadedFile("c.csv", listed(*lines)), at=now, kind="consents")
        found = working.start(run.choose_columns(cast.clara, found, fields=found.mapping, at=now), at=now)
        return working.start(run.confirm(cast.clara, found, plan=found.plan, at=now), at=now)

    return imported


@pytest.fixture
def undo(cast, now):
    """`undo(run)` takes it back and returns {(outcome, why): rows}."""

    def undo(found) -> dict[tuple[str, str], int]:
        done = working.start(run.undo(cast.dora, found, at=now), at=now)
        assert done.state == "undone"
        return {(r["outcome"], r["why"]): r["rows"] for r in done.summary["undo"]["results"]}

    return undo


def test_an_undone_import_leaves_no_consent_and_stays_readable(imported, undo, cast, customer):
    assert undo(imported(line("A-1"), line("A-2", channel="SMS"))) == {("undone", ""): 2}
    assert [consent.given_at for consent in Consent.objects.all()] == [None, None]
    kinds = list(ConsentEvent.objects.order_by("pk").values_list("kind", "annuls", "recorded_by"))
    assert sorted(kinds) == sorted([("imported", False, cast.clara.pk), ("corrected", True, cast.dora.pk)] * 2)
    told = OutboxMessage.objects.filter(topic="customer.grounds_changed", payload__customer_id=customer.pk)
    assert told.exists()


def test_a_permit_that_rested_on_an_imported_consent_is_dead_after_the_undo(
    imported, undo, cast, customer, accounts, now
):
    found = imported(line(wording=wording("marketing", "email").reference))
    asked = ask(cast.sven, customer, "email", accounts.email, at=now, purpose="marketing", opt_out_included=True)
    permit = permit_for(asked, cast, now)
    assert permit.rests_on_consent
    assert undo(found) == {("undone", ""): 1}
    assert permits.redeem(cast.sven, permit=permit, at=now).use is None


def test_an_undo_keeps_what_something_rests_on(imported, undo, cast, now):
    found = imported(line("A-1"), line("A-2", channel="SMS"))
    services.withdraw_consent(cast.anna, consent=Consent.objects.get(channel="sms"), how="spoken", at=now)
    assert undo(found) == {("undone", ""): 1, ("kept", "changed_since"): 1}
    assert Consent.objects.get(channel="sms").withdrawn_at == now


def test_an_undone_import_can_be_done_again_and_undone_again(imported, undo, now):
    """With an earlier date than the first time too: what was taken out never was."""
    undo(imported(line(given="01.03.2026 10:00")))
    for _time in range(2):
        found = imported(line(given="01.02.2026 14:05"))
        assert found.summary["counts"]["created"] + found.summary["counts"]["changed"] == 1
        assert Consent.objects.get().given_at == datetime(2026, 2, 1, 13, 5, tzinfo=UTC)
        assert imported(line()).summary["counts"]["same"] == 1
        assert undo(found) == {("undone", ""): 1}
        assert Consent.objects.get().given_at is None
    assert not list(services.differences(at=now))


def test_a_paper_from_before_the_undo_is_no_slip_into_the_past(imported, undo, cast, customer, now):
    undo(imported(line()))
    given = services.give_consent(
        cast.clara, customer=customer, purpose="marketing", channel="email", how="paper", evidence="form 7",
        text=wording("marketing", "email"), given_at=now - timedelta(days=300), at=now,
    )  # fmt: skip
    assert given.given_at == now - timedelta(days=300)


def test_an_undo_of_many_locks_them_in_one_order(imported, undo, now):
    make_customer(now, "4712")
    found = imported(line("A-1"), line("A-2", number="4712"))
    asked: list[str] = []

    def keep(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        assert undo(found) == {("undone", ""): 2}
    locks = [sql for sql in asked if 'FROM "customers_customer"' in sql and "FOR UPDATE" in sql]
    assert " IN (%s, %s) ORDER BY" in locks[0]


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

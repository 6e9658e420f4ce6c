"""A backup that restores is shown to; one that does not is red, with a sentence that says why."""

import json
import zipfile
from datetime import timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from contacts.requests.models import DecisionRecord
from portal.audit.anchoring import anchor
from portal.audit.sealing import seal_and_sign
from portal.operations import archive, postgres, proving
from portal.operations.archive import Manifest
from portal.operations.counting import Content, differences
from portal.operations.deciding_again import Again, decide_again
from portal.operations.models import Success
from portal.operations.postgres import Server
from portal.operations.trouble import Unverified
from tests.audit import trails
from tests.cast import make_accounts, make_cast, make_customer
from tests.requests import scenes


@pytest.fixture(autouse=True)
def _nobody_was_erased(settings):
    """The ledger of erasures is there, and nobody stands in it."""
    settings.ERASURE_LEDGER.touch()


def words_of(*command) -> str:
    """What a command says when it refuses; a command that ends well fails the test."""
    with pytest.raises(CommandError) as caught:
        call_command(*command, stdout=StringIO())
    assert caught.value.returncode == 1
    return str(caught.value)


def rewritten(source, target, **members):
    """A copy of a backup with other members."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, members.get(name.partition(".")[0], old.read(name)))
    return target


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'kontaktklar_check_%%'")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_restored_compared_and_asked_and_what_was_changed_is_found(now, tmp_path, settings, monkeypatch):
    monkeypatch.setenv("AUDIT_SIGNING_KEY", settings.AUDIT_SIGNING_KEY)  # the portal that is restored signs as this one
    cast, customer = make_cast(now), make_customer(now)
    scenes.permit_for(scenes.report_by_mail(cast, customer, make_accounts(cast, now), now), cast, now)
    kept = DecisionRecord.objects.count()
    seal_and_sign(at=now)
    anchor(at=now)
    (settings.MEDIA_ROOT / "lists").mkdir(parents=True)
    (settings.MEDIA_ROOT / "lists" / "one.csv").write_bytes(b"number;name\n1;x\n")
    path = tmp_path / "one.backup"
    call_command("backup", output=path, stdout=StringIO())
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(Success.objects.values_list("kind", flat=True)) == {"backup"}

    told = StringIO()
    call_command("restore_check", str(path), media=tmp_path / "files", stdout=told)
    assert f"{kept} kept decisions come out the same" in told.getvalue() and kept > 1
    assert (tmp_path / "files" / "lists" / "one.csv").read_bytes() == b"number;name\n1;x\n"
    success = Success.objects.get(kind="restore")
    assert success.figures["decided_equal"] == kept and success.figures["files"] == 1

    # The same dump beside a list of contents from before a row was lost and another one changed.
    with zipfile.ZipFile(path) as backup:
        manifest = json.loads(backup.read("manifest.json"))
    manifest["tables"]["customers_customer"]["rows"] += 1
    manifest["tables"]["requests_permit"]["digest"] = "1"
    refusal = words_of("restore_check", str(rewritten(path, tmp_path / "two", manifest=json.dumps(manifest))))
    assert "customers_customer: 1 rows instead of 2" in refusal
    assert "requests_permit: 1 rows, of which some changed" in refusal
    assert Success.objects.get(kind="restore").at == success.at, "a failure is no success"
    dump = zipfile.ZipFile(path).read("database.dump")
    refusal = words_of("restore_check", str(rewritten(path, tmp_path / "three", database=dump[: len(dump) // 2])))
    assert "pg_restore failed" in refusal
    assert databases() == set(), "nothing is left on the server"
    _refuses_before_it_restores(path, tmp_path, manifest)


def _refuses_before_it_restores(path, tmp_path, manifest) -> None:
    """The cheap refusals, with the one backup that is there."""
    cut = tmp_path / "cut"
    cut.write_bytes(path.read_bytes()[:-200])
    assert "damaged or was cut off" in words_of("restore_check", str(cut))
    newer = manifest | {"migrations": [*manifest["migrations"], "customers.9999_of_the_future"], "version": "9.0"}
    refusal = words_of("restore_check", str(rewritten(path, tmp_path / "newer", manifest=json.dumps(newer))))
    assert "made by a newer portal (9.0, with customers.9999_of_the_future)" in refusal
    younger = manifest | {"server_major": 99}
    refusal = words_of("restore_check", str(rewritten(path, tmp_path / "younger", manifest=json.dumps(younger))))
    assert "from PostgreSQL 99" in refusal
    strange = manifest | {"format": 2}
    assert "has format 2" in words_of(
        "restore_check", str(rewritten(path, tmp_path / "strange", manifest=json.dumps(strange)))
    )
    spoilt = rewritten(path, tmp_path / "spoilt", **{"media/lists/one": b"number;name\n1;y\n"})
    assert "is not what it was" in words_of("restore_check", str(spoilt))
    flipped = bytearray(path.read_bytes())
    flipped[flipped.index(b"PGDMP") + 2000] ^= 1
    (tmp_path / "flipped").write_bytes(flipped)
    assert "NOT verified" in words_of("restore_check", str(tmp_path / "flipped"))


@pytest.mark.parametrize(
    ("text", "sentence"), [("no zip at all", "damaged or was cut off"), (None, "There is no file")]
)
def test_what_is_no_backup_is_refused(tmp_path, text, sentence):
    path = tmp_path / "x"
    if text is not None:
        path.write_text(text)
    assert sentence in words_of("restore_check", str(path))


def test_a_zip_of_something_else_is_no_backup(tmp_path):
    with zipfile.ZipFile(tmp_path / "x", "w") as other:
        other.writestr("letter.txt", "hello")
    assert "is no backup of this portal" in words_of("restore_check", str(tmp_path / "x"))


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1}', '{"format": 1, "tables": {"a": 3}}', "\x00"])
def test_a_list_of_contents_that_cannot_be_read_is_refused(text):
    with pytest.raises(Unverified, match=r"cannot be read|has format"):
        archive.manifest_of(text)


@pytest.mark.parametrize("name", ["/etc/passwd", "../outside", "a/../../b", ""])
def test_no_file_of_a_backup_is_written_outside_of_its_folder(tmp_path, name):
    with pytest.raises(Unverified, match="outside of its folder"):
        archive.safe_place(tmp_path, name)


def test_a_backup_does_not_run_over_another_that_is_being_written(tmp_path, db):
    (tmp_path / "b.part").write_text("half")
    assert "another backup is being written" in words_of("backup", "-o", str(tmp_path / "b"))
    assert (tmp_path / "b.part").read_text() == "half"


def test_a_server_that_is_away_is_told_and_leaves_no_file(tmp_path, db, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", str(tmp_path))
    assert "cannot be reached" in words_of("backup", "-o", str(tmp_path / "b"))
    assert list(tmp_path.glob("b*")) == []


def test_a_pg_dump_that_fails_leaves_no_file(tmp_path, db, monkeypatch):
    """A dump that stops in the middle and says so only by its code."""
    broken = tmp_path / "pg_dump"
    broken.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 99.1" && exit\necho half\nexit 1\n'
    )
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert "pg_dump failed" in words_of("backup", "-o", str(tmp_path / "b"))
    assert list(tmp_path.glob("b*")) == []


def test_programs_older_than_the_server_are_not_used(tmp_path, monkeypatch):
    old = tmp_path / "pg_dump"
    old.write_text('#!/bin/sh\necho "pg_dump (PostgreSQL) 9.6"\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert postgres.program("pg_dump", for_major=9) == old
    assert postgres.program("pg_dump", for_major=15) != old
    with pytest.raises(Unverified, match="No pg_dump of PostgreSQL 99 or newer"):
        postgres.program("pg_dump", for_major=99)


def test_a_database_that_is_there_is_never_taken_for_the_check(tmp_path, db):
    manifest = Manifest("0", "2026-01-01T00:00:00+00:00", 14, [], {"a": Content(1, "1")})
    with zipfile.ZipFile(tmp_path / "b", "w") as made:
        made.writestr("manifest.json", manifest.as_json())
        made.writestr("database.dump", b"")
    name = connection.settings_dict["NAME"]
    assert "has a database of this name already" in words_of("restore_check", str(tmp_path / "b"), "--keep", name)
    with psycopg.connect(**Server(connection.settings_dict).words) as still_there:
        assert still_there.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.django_db
def test_a_trail_is_verified_against_the_heads_that_are_no_younger_than_the_backup(now, customer, settings):
    trails.sealed(now, customer, 12)
    settings_file = Path(settings.AUDIT_HEADS_FILE)
    assert proving.prove(sample=10, as_of=now + timedelta(minutes=1))["passed"] == ["replay_erasures", "audit_verify"]
    # A head of later tells of entries that the backup cannot have.
    younger = json.loads(settings_file.read_text()) | {"time": int((now + timedelta(hours=1)).timestamp() * 1e6)}
    settings_file.write_text(settings_file.read_text() + json.dumps(younger | {"tree_size": 99}) + "\n")
    assert proving.prove(sample=10, as_of=now + timedelta(minutes=1))["passed"] == ["replay_erasures", "audit_verify"]
    with pytest.raises(Unverified, match="audit_verify: "):
        proving.prove(sample=10, as_of=now + timedelta(hours=2))


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "words"), [(None, "cannot be read"), ("{}", "cannot be read"), ("", "No head")])
def test_without_a_head_outside_the_trail_of_a_backup_is_not_verified(now, settings, text, words):
    if text is not None:
        Path(settings.AUDIT_HEADS_FILE).write_text(text)
    with pytest.raises(Unverified, match=words):
        proving.prove(sample=10, as_of=now)


@pytest.mark.django_db
def test_without_the_ledger_of_erasures_nothing_is_verified(now, settings):
    settings.ERASURE_LEDGER.unlink()
    with pytest.raises(Unverified, match="The ledger of erasures is not there"):
        proving.prove(sample=10, as_of=now)


@pytest.mark.django_db
def test_a_decision_that_comes_out_otherwise_is_found(cast, customer, now):
    scenes.report_by_mail(cast, customer, make_accounts(cast, now), now)
    trails.sealed(now, customer, 3)
    good = DecisionRecord.objects.latest("pk")
    assert decide_again(most=10) == Again(equal=1)
    DecisionRecord.objects.create(**_copied(good) | {"outcome": "forbidden"})
    DecisionRecord.objects.create(**_copied(good) | {"fired_rules": []})
    DecisionRecord.objects.create(**_copied(good) | {"rule_set_hash": "0" * 64})
    assert decide_again(most=10) == Again(equal=1, other=2, untold=1)
    with pytest.raises(Unverified, match="2 kept decisions do not come out"):
        proving.prove(sample=10)


@pytest.mark.django_db
def test_decisions_of_other_rules_alone_prove_nothing(cast, customer, now, monkeypatch):
    scenes.report_by_mail(cast, customer, make_accounts(cast, now), now)
    trails.sealed(now, customer, 3)
    monkeypatch.setattr("portal.operations.deciding_again.rule_set_kept", lambda number, digest: None)
    with pytest.raises(Unverified, match="None of the kept decisions can be decided again"):
        proving.prove(sample=10)


def _copied(row: DecisionRecord) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def test_every_kind_of_difference_is_named():
    before = {"a": Content(1, "1"), "b": Content(2, "1"), "c": Content(3, "1"), "e": Content(1, "1")}
    after = {"a": Content(1, "1"), "b": Content(1, "0"), "c": Content(3, "2"), "d": Content(0, "0")}
    assert differences(before, after) == [
        "b: 1 rows instead of 2",
        "c: 3 rows, of which some changed",
        "d: not in the backup",
        "e: missing",
    ]


def test_a_password_is_never_among_the_words_of_a_program():
    place = Server({"HOST": "db", "NAME": "k", "USER": "u", "PASSWORD": "geheim", "OPTIONS": {"sslmode": "require"}})
    assert place.environment()["PGPASSWORD"] == "geheim" and place.environment()["PGSSLMODE"] == "require"


def test_pg_restore_is_not_the_callers(monkeypatch):
    monkeypatch.setenv("PGDATABASE", "somewhere_else")
    assert "PGDATABASE" not in Server({"HOST": "db"}).environment()

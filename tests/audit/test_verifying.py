"""`manage.py audit_verify`: everything is computed anew, the first difference is named, and what could not be
verified is no pass."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.audit.anchoring import anchor
from portal.audit.models import Anchor, AuditEntry, SignedHead, Verification
from portal.audit.services import Job, record
from portal.audit.signing import sign
from portal.audit.verifying import verify
from portal.audit.watching import seal_and_anchor, verify_nightly
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.audit.tampering import opened, undone
from tests.audit.trails import sealed, write

pytestmark = pytest.mark.django_db


def heads(settings):
    with open(settings.AUDIT_HEADS_FILE, encoding="utf-8") as file:
        return file.read().splitlines()


def put(settings, *lines):
    with open(settings.AUDIT_HEADS_FILE, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def test_a_trail_that_nobody_touched_is_right(now, customer, capsys):
    sealed(now, customer, 300)
    call_command("audit_verify")
    assert "All 300 sealed entries are what they were, and 1 anchored heads say the same." in capsys.readouterr().out


def test_entries_of_the_last_minute_are_said_to_wait(now, customer, capsys):
    sealed(now, customer, 3)
    write(now, customer, 2, first=3)
    call_command("audit_verify")
    assert "2 entries wait for their seal." in capsys.readouterr().out


def test_the_first_entry_that_differs_is_named(now, customer, capsys):
    sealed(now, customer, 300)
    changed, later = AuditEntry.objects.order_by("pk")[31], AuditEntry.objects.order_by("pk")[200]
    with opened("audit_auditentry") as cursor:
        cursor.execute("UPDATE audit_auditentry SET verb = 'x' WHERE id IN (%s, %s)", [changed.pk, later.pk])
    with pytest.raises(CommandError, match=f"Entry {changed.pk} is not what was sealed"):
        call_command("audit_verify")
    with pytest.raises(SystemExit) as ended:
        call_command("audit_verify", "--json")
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert ended.value.code == 1
    assert (told["ok"], told["finding"], told["values"]) == (False, "changed", {"entry": changed.pk})


def test_a_trail_that_was_cut_off_is_shorter_than_an_anchored_head(now, customer):
    sealed(now, customer, 10)
    with opened() as cursor:
        for table in ("audit_anchor", "audit_signedhead", "audit_seal"):
            cursor.execute(f"DELETE FROM {table}" + (" WHERE index >= 8" if table == "audit_seal" else ""))
    assert verify().finding == "short" and "was cut off" in verify().sentence


def test_a_head_that_a_mail_kept_is_compared_too(now, customer, tmp_path):
    sealed(now, customer, 10)
    kept = tmp_path / "kept"
    kept.write_text(sign(10, bytes(32), now).line())
    with pytest.raises(CommandError, match="the trail was rewritten, at the earliest from entry"):
        call_command("audit_verify", "--heads", str(kept))
    kept.write_text(SignedHead.objects.get().plain().line())
    call_command("audit_verify", "--heads", str(kept))


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("nonsense", "unreadable"),
        ("{}", "unreadable"),
        ("[]", "unreadable"),
        ('{"tree_size": 1, "root": "zz", "time": 1, "key": "", "signature": ""}', "unreadable"),
        ("", "no_lines"),
    ],
)
def test_a_file_of_heads_that_cannot_be_read_is_no_pass(now, customer, settings, line, finding):
    sealed(now, customer, 3)
    put(settings, line)
    assert verify().finding == finding


def test_a_file_of_heads_that_is_gone_is_no_pass(now, customer, tmp_path):
    sealed(now, customer, 3)
    with pytest.raises(CommandError, match="could not be read"):
        call_command("audit_verify", "--heads", str(tmp_path / "nowhere"))


def test_a_line_that_somebody_else_signed_is_told(now, customer, settings):
    sealed(now, customer, 3)
    (line,) = heads(settings)
    settings.AUDIT_SIGNING_KEY = "of somebody else, who has no business here"
    put(settings, line, sign(3, bytes(32), now).line())
    settings.AUDIT_SIGNING_KEY = "of the tests alone: a head that they sign proves nothing"
    assert verify().finding == "forged_line"


def test_an_earlier_key_still_counts_once_it_is_named(now, customer, settings):
    head = sealed(now, customer, 3)
    settings.AUDIT_SIGNING_KEY = "the next key, from the day on which it was changed"
    assert verify().finding == "key"
    settings.AUDIT_OLD_PUBLIC_KEYS = [head.plain().key.hex()]
    assert verify().ok


def test_without_a_key_nothing_is_verified(now, customer, settings):
    sealed(now, customer, 3)
    settings.AUDIT_SIGNING_KEY = ""
    assert verify().finding == "no_key"


def test_before_the_first_head_nothing_is_verified():
    with pytest.raises(CommandError, match="There is no signed head yet"):
        call_command("audit_verify")


def test_looking_writes_nothing(now, customer):
    sealed(now, customer, 3)
    with undone(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        assert verify().ok


# --- anchors
def test_every_head_goes_into_the_file_and_the_newest_by_mail_once_a_day(cast, now, customer, settings):
    for hour in range(26):
        write(now, customer, 1, first=hour)
        seal_and_anchor(at=now + timedelta(hours=hour))
    assert [json.loads(line)["tree_size"] for line in heads(settings)] == list(range(1, 27))
    mails = OutboxMessage.objects.filter(topic="audit_head").order_by("pk")
    told = sorted((mail.recipient.first_name, mail.payload["tree_size"]) for mail in mails)
    assert told == [("Dora", 1), ("Dora", 25), ("Rita", 1), ("Rita", 25)]
    assert verify().ok


def test_the_mail_holds_the_line_that_verifies(cast, now, customer, tmp_path, mail_folder):
    sealed(now, customer, 3)
    deliver_due(at=now)
    (mail,) = OutboxMessage.objects.filter(topic="audit_head", recipient=cast.dora)
    kept = tmp_path / "kept"
    kept.write_text(mail.payload["line"])
    assert verify(heads_file=str(kept)).ok
    assert len(list(mail_folder.glob("*.eml"))) == 2


def test_a_file_that_cannot_be_written_is_told_and_made_up_for_later(now, customer, settings, tmp_path):
    good, settings.AUDIT_HEADS_FILE = settings.AUDIT_HEADS_FILE, str(tmp_path)
    with pytest.raises(OSError, match="Is a directory"):
        sealed(now, customer, 3)
    assert not Anchor.objects.filter(place="file").exists()
    with pytest.raises(CommandError, match="Set AUDIT_HEADS_FILE"):
        call_command("audit_anchor")
    settings.AUDIT_HEADS_FILE = good
    assert anchor(at=now) == 1 and len(heads(settings)) == 1


def test_anchoring_by_hand_covers_everything_there_is(now, customer, capsys):
    write(now, customer, 5)
    call_command("audit_anchor")
    assert json.loads(capsys.readouterr().out)["tree_size"] == 5
    assert verify().ok


# --- the night
def test_a_night_brings_one_verification(now, customer):
    sealed(now, customer, 3)
    assert verify_nightly(at=now) == 1
    assert verify_nightly(at=now + timedelta(hours=1)) == 0
    assert verify_nightly(at=now.replace(hour=0) + timedelta(days=1)) == 0  # one in the morning in Berlin
    assert verify_nightly(at=now.replace(hour=1) + timedelta(days=1)) == 1
    assert [row.ok for row in Verification.objects.all()] == [True, True]


def test_a_difference_found_at_night_is_told_to_the_officer_once_a_day(cast, now, customer, mail_folder):
    sealed(now, customer, 30)
    broken = AuditEntry.objects.order_by("pk")[7]
    with opened("audit_auditentry") as cursor:
        cursor.execute("UPDATE audit_auditentry SET verb = 'x' WHERE id = %s", [broken.pk])
    verify_nightly(at=now)
    deliver_due(at=now)
    (mail,) = [path.read_text() for path in mail_folder.glob("*.eml") if "mismatch" in path.read_text()]
    assert f"Subject: Audit trail: mismatch from entry {broken.pk}" in mail and "dora@" in mail
    assert "Do not delete anything" in mail
    assert (Verification.objects.get().finding, Verification.objects.get().values) == ("changed", {"entry": broken.pk})


def test_a_night_that_could_not_verify_is_told_as_that(cast, now, customer, settings):
    sealed(now, customer, 3)
    put(settings, "nonsense")
    verify_nightly(at=now)
    (mail,) = OutboxMessage.objects.filter(topic="audit_alarm")
    assert mail.recipient == cast.dora and mail.payload["finding"] == "unreadable"
    assert not Verification.objects.get().ok


def test_the_result_of_the_command_is_kept_where_one_says_so(cast, now, customer):
    sealed(now, customer, 3)
    call_command("audit_verify")
    assert not Verification.objects.exists()
    call_command("audit_verify", "--keep")
    assert Verification.objects.get().ok


def test_what_the_nightly_turn_seals_is_what_was_passed_over(now, customer):
    sealed(now, customer, 3)
    record(Job("demo"), "permit.used", "permit", "P-late", at=now)
    verify_nightly(at=now)
    assert verify().unsealed == 0 and verify().tree_size == 4

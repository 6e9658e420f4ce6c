"""`manage.py run_due`: everything due is done once, for houses without a worker."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from consent.models import ConsentEvent
from consent.services import give_consent
from portal.audit.models import Verification
from portal.celery import app
from portal.desk.management.commands import run_due
from portal.jobs import JOBS
from portal.outbox.models import Heartbeat, OutboxMessage
from tests.cast import certify, person, wording

pytestmark = pytest.mark.django_db


def test_it_records_reminds_and_delivers_and_a_second_run_finds_nothing(cast, customer, now, mail_folder, capsys):
    give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="email",
        how="paper",
        evidence="Formular 1",
        text=wording("marketing", "email"),
        given_at=now - timedelta(days=40),
        ends_on=now.date() - timedelta(days=1),
        at=now - timedelta(days=40),
    )
    new = person("neu", "employee", manager=cast.mona)
    certify(new, until=now.date() + timedelta(days=7), by=cast.tom)
    call_command("run_due")
    printed = capsys.readouterr().out
    assert "1 consents that went stale or ended" in printed
    assert "1 reminders about training" in printed
    assert ConsentEvent.objects.filter(kind="expired").count() == 1
    assert not OutboxMessage.objects.filter(done_at__isnull=True).exists()
    told = Counter(OutboxMessage.objects.filter(kind="mail").values_list("topic", flat=True))
    assert told == {"certificate_due": 1, "audit_head": 2} and len(list(mail_folder.glob("*.eml"))) == 3
    assert "1 verifications of the audit trail" in printed and Verification.objects.get().ok
    call_command("run_due")
    assert all(line.startswith("0 ") for line in capsys.readouterr().out.splitlines())


def test_a_job_that_fails_does_not_stop_the_others_and_is_told(monkeypatch, capsys):
    def fail(*, at):
        raise RuntimeError("no")

    monkeypatch.setattr(run_due, "JOBS", (("no.job", "things that fail", fail), *run_due.JOBS))
    with pytest.raises(CommandError, match="things that fail"):
        call_command("run_due")
    assert "0 messages delivered" in capsys.readouterr().out


def test_only_the_relay_leaves_a_sign_of_life_and_only_if_it_worked(monkeypatch):
    call_command("run_due")
    assert list(Heartbeat.objects.values_list("part", flat=True)) == ["relay"]
    Heartbeat.objects.all().delete()

    def fail(*, at):
        raise RuntimeError("no")

    monkeypatch.setattr(run_due, "JOBS", ((run_due.DELIVER, "messages delivered", fail),))
    with pytest.raises(CommandError):
        call_command("run_due")
    assert not Heartbeat.objects.exists()


def test_what_a_worker_is_at_is_left_to_it(capsys):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('job:requests.lapse', 1))")
        call_command("run_due")
    finally:
        other.close()
    printed = capsys.readouterr().out
    assert "0 requests that lapsed: a worker is at it" in printed
    assert printed.count("a worker is at it") == 1


def test_the_names_are_those_of_the_clock():
    app.loader.import_default_modules()
    # A sign of life is the worker's own.
    assert {name for name, _words, _job in run_due.JOBS} == set(JOBS) - {"outbox.heartbeat"}

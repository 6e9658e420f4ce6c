"""kill -9 of the worker in the middle of the reminder run: started again, each reminder is there once."""

import email
import email.policy
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.outbox.models import OutboxMessage
from tests.cast import certify, make_cast, person
from tests.journeys.conftest import running_worker

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 120


def test_each_reminder_goes_out_once_though_the_worker_is_killed(mail_folder, tmp_path):
    now = timezone.now()
    cast = make_cast(now)
    for number in range(PEOPLE):
        someone = person(f"p{number}", "employee")
        certify(someone, until=(now + timedelta(days=7)).date(), by=cast.tom)
    kills = 0
    for _ in range(3):
        with running_worker(mail_folder, tmp_path) as worker:
            reached = _wait(mail_folder, at_least=_count(mail_folder) + 15, seconds=40)
            worker.kill()
            kills += 1
        assert reached, (tmp_path / "worker.log").read_text()[-3000:]
    with running_worker(mail_folder, tmp_path):
        assert _wait(mail_folder, at_least=PEOPLE, seconds=60)
        time.sleep(4)
    reminders = OutboxMessage.objects.filter(topic="certificate_due")
    assert reminders.count() == PEOPLE
    assert reminders.filter(done_at__isnull=False).count() == PEOPLE
    receivers = [mail["To"] for mail in _mails(mail_folder) if mail["To"].startswith("p")]
    assert sorted(receivers) == sorted(f"p{number}@firma.example" for number in range(PEOPLE))
    print(f"\n{kills} kills, {len(receivers)} reminders, each once")


def _count(folder) -> int:
    return len(list(folder.glob("*.eml"))) if folder.exists() else 0


def _mails(folder):
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("*.eml")]


def _wait(folder, *, at_least: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _count(folder) >= min(at_least, PEOPLE):
            return True
        time.sleep(0.02)
    return False

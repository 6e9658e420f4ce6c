"""kill -9 of the worker in the middle of the reminder run: started again, each reminder is there once."""

import email
import email.policy
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.celery import app
from portal.outbox.models import OutboxMessage
from tests.cast import certify, make_cast, person
from tests.journeys.conftest import running_worker

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 400


def test_each_reminder_goes_out_once_though_the_worker_is_killed(mail_folder, tmp_path):
    """Killed twice while it writes the reminders, twice while it sends them; the fifth worker finishes."""
    now = timezone.now()
    cast = make_cast(now)
    for number in range(PEOPLE):
        someone = person(f"p{number}", "employee")
        certify(someone, until=(now + timedelta(days=7)).date(), by=cast.tom)
    written = [
        _killed_when(_reminders, 20, mail_folder, tmp_path),
        _killed_when(_reminders, 150, mail_folder, tmp_path),
    ]
    sent = [_killed_when(_sent, step, mail_folder, tmp_path) for step in (30, 90)]
    assert written[0] < written[1] < PEOPLE, "the kills must hit the run itself"
    with running_worker(mail_folder, tmp_path) as worker:
        app.send_task("training.remind", queue=worker.queue)
        assert _wait(_sent, PEOPLE, seconds=90)
        time.sleep(4)
    assert _reminders() == _sent() == PEOPLE
    receivers = [mail["To"] for mail in _mails(mail_folder) if mail["To"].startswith("p")]
    assert sorted(receivers) == sorted(f"p{number}@firma.example" for number in range(PEOPLE))
    print(f"\nkilled at {written} written and {sent} sent; {len(receivers)} reminders, each once")


def _killed_when(count, reached: int, mail_folder, folder) -> int:
    with running_worker(mail_folder, folder) as worker:
        app.send_task("training.remind", queue=worker.queue)
        assert _wait(count, reached, seconds=60), (folder / "worker.log").read_text()[-3000:]
        worker.kill()
    return count()


def _reminders() -> int:
    return OutboxMessage.objects.filter(topic="certificate_due").count()


def _sent() -> int:
    return OutboxMessage.objects.filter(topic="certificate_due", done_at__isnull=False).count()


def _mails(folder):
    return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.glob("*.eml")]


def _wait(count, reached: int, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if count() >= reached:
            return True
    return False

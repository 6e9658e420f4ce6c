"""Reminders: 24 and 6 hours before the time is over, and when it is; each once, whatever crashes in between."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from contacts.incidents.services.clock import remind_deadlines
from portal.access.roles import Role
from portal.outbox.models import OutboxMessage
from tests.cast import make_cast, person
from tests.desk.test_start import page
from tests.incidents.scenes import assessed, closed, decide, reported

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def told() -> list[str]:
    rows = OutboxMessage.objects.filter(topic="incident_deadline").order_by("pk")
    return [row.payload["step"] for row in rows]


def test_each_step_is_told_once(cast, now):
    due = reported(cast, now).due_at
    for left in (48, 25, 24, 23, 7, 6, 5, 1, 0, -1, -500):
        remind_deadlines(at=due - left * HOUR)
        remind_deadlines(at=due - left * HOUR)
    assert told() == ["24h", "6h", "over"]


def test_a_second_run_counts_nothing_new(cast, now):
    due = reported(cast, now).due_at
    assert remind_deadlines(at=due - HOUR) == 1
    assert remind_deadlines(at=due - HOUR) == 0


def test_a_clock_that_was_late_tells_only_how_it_stands(cast, now):
    due = reported(cast, now).due_at
    remind_deadlines(at=due + HOUR)
    assert told() == ["over"]


def test_a_run_that_is_rolled_back_told_nothing_and_is_repeated(cast, now):
    due = reported(cast, now).due_at
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        remind_deadlines(at=due - HOUR)
        raise ZeroDivisionError
    assert told() == []
    assert remind_deadlines(at=due - HOUR) == 1


def test_every_officer_is_reminded_and_one_who_comes_later_too(cast, now):
    person("doris", Role.DPO)
    due = reported(cast, now).due_at
    assert remind_deadlines(at=due - HOUR) == 2
    person("dirk", Role.DPO)
    assert remind_deadlines(at=due - HOUR) == 1


def test_nobody_waits_for_the_lock_of_what_everybody_has_heard_of(cast, now):
    person("doris", Role.DPO)
    due = [reported(cast, now).due_at, reported(cast, now, by=cast.dora).due_at][0]
    remind_deadlines(at=due + HOUR)
    with CaptureQueriesContext(connection) as asked:
        assert remind_deadlines(at=due + 2 * HOUR) == 0
    assert len(asked) == 3
    assert not any("FOR UPDATE" in one["sql"] for one in asked)


def test_nobody_is_reminded_once_it_is_decided(cast, now):
    made = assessed(cast, now, "none")
    decide(cast, made, "authority", False, now)
    closed(cast, now)
    assert remind_deadlines(at=made.due_at) == 0


def test_one_that_was_decided_between_the_look_and_the_lock_is_left_alone(cast, now, monkeypatch):
    from contacts.incidents.services import clock

    made = assessed(cast, now, "none")
    stale = [made]
    decide(cast, made, "authority", False, now)
    monkeypatch.setattr(clock, "running", lambda at: stale)
    assert remind_deadlines(at=made.due_at) == 0
    assert told() == []


def test_run_due_does_it_too(cast, now, time_machine):
    made = reported(cast, now)
    time_machine.move_to(made.due_at - HOUR)
    call_command("run_due")
    row = OutboxMessage.objects.get(topic="incident_deadline")
    assert row.done_at is not None


def test_the_start_page_of_the_officer_says_how_much_time_is_left(cast, now, client, time_machine):
    made = reported(cast, now)
    time_machine.move_to(made.due_at - 41.5 * HOUR)
    assert "41 hours left" in page(client, cast.dora).content.decode()
    time_machine.move_to(made.due_at + 3.5 * HOUR)
    assert "Over for 3 hours" in page(client, cast.dora).content.decode()


@pytest.mark.django_db(transaction=True)
def test_three_clocks_at_once_remind_once(now):
    cast = make_cast(now)
    due = reported(cast, now).due_at
    gate, counts = Barrier(3), []

    def run():
        try:
            gate.wait(10)
            counts.append(remind_deadlines(at=due - HOUR))
        finally:
            connection.close()

    threads = [Thread(target=run) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(counts) == [0, 0, 1]
    assert told() == ["6h"]

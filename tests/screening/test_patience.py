"""Lists that fail, and lists beside each other: whose turn it is, and what counts against a list."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from contacts.screening.models import Screening
from contacts.screening.services import working
from contacts.screening.services.receiving import Asker, Wanted, receive
from contacts.screening.services.working import MOST_ATTEMPTS, run_waiting

pytestmark = pytest.mark.django_db
WANTED = Wanted(purpose="service", channel="email")


@pytest.fixture
def sent(cast, accounts, customer, now, time_machine):
    time_machine.move_to(now, tick=False)

    def sent(who=None) -> Screening:
        upload = io.BytesIO(b"Kundennummer\n4711\n")
        return receive(Asker(who or cast.anna), upload=upload, file_name="Mai.csv", wanted=WANTED, at=now)

    return sent


@pytest.fixture
def failing(monkeypatch):
    """Lists whose answer ends with this fault."""
    work = working._work

    def failing(fault: Exception, *those: Screening) -> list[int]:
        tried: list[int] = []

        def broken(screening, folder, at):
            tried.append(screening.pk)
            if screening in those:
                raise fault
            return work(screening, folder, at)

        monkeypatch.setattr(working, "_work", broken)
        return tried

    return failing


def test_a_list_that_takes_too_long_ends_the_turn(sent, failing, now):
    slow, other = sent(), sent()
    tried = failing(SoftTimeLimitExceeded(), slow)
    with pytest.raises(SoftTimeLimitExceeded):
        run_waiting(at=now)
    assert tried == [slow.pk], "no other list is begun in the minute that is left"
    assert run_waiting(at=now) == 1
    other.refresh_from_db()
    assert (other.state, other.attempts) == ("done", 1)


def test_a_list_that_takes_too_long_twice_is_given_up_with_a_sentence(sent, failing, now):
    slow = sent()
    failing(SoftTimeLimitExceeded(), slow)
    for turn in range(2):
        with pytest.raises(SoftTimeLimitExceeded):
            run_waiting(at=now + timedelta(hours=turn))
    slow.refresh_from_db()
    assert (slow.state, slow.refusal[-9:]) == ("failed", "Split it.")


@pytest.mark.parametrize("fault", [OSError(28, "full"), OperationalError("restart"), ImproperlyConfigured("keys")])
def test_a_fault_that_is_not_the_lists_is_waited_out(sent, failing, now, fault):
    innocent = sent()
    failing(fault, innocent)
    for turn in range(2 * MOST_ATTEMPTS):
        assert run_waiting(at=now + timedelta(hours=turn)) == 0
    innocent.refresh_from_db()
    assert (innocent.state, innocent.attempts) == ("running", 2 * MOST_ATTEMPTS)
    failing(fault)
    assert run_waiting(at=now + timedelta(days=1)) == 1


def test_a_fault_of_the_list_itself_is_tried_five_times(sent, failing, now):
    broken = sent()
    tried = failing(ValueError("odd"), broken)
    for turn in range(MOST_ATTEMPTS + 1):
        run_waiting(at=now + timedelta(hours=turn))
    broken.refresh_from_db()
    assert (broken.state, len(tried)) == ("failed", MOST_ATTEMPTS)


def test_the_gaps_between_attempts_grow(sent, failing, now):
    broken, at, gaps = sent(), now, []
    failing(OSError(28, "full"), broken)
    for _turn in range(7):
        run_waiting(at=at)
        broken.refresh_from_db()
        gaps.append((broken.again_at - at).total_seconds() / 60)
        assert run_waiting(at=broken.again_at - timedelta(seconds=1)) == 0
        at = broken.again_at
    assert gaps == [2, 4, 8, 16, 32, 60, 60]
    broken.refresh_from_db()
    assert broken.attempts == 7, "never before its time"


def test_nobody_waits_behind_the_many_lists_of_another(sent, cast, now, failing):
    many = [sent() for _number in range(3)]
    one = sent(cast.mona)
    tried = failing(OSError())
    for _turn in range(4):
        assert run_waiting(at=now) == 1
    assert tried == [one.pk, *(each.pk for each in many)]


def test_a_list_that_was_tried_waits_behind_those_that_were_not(sent, cast, now, failing):
    broken, fresh = sent(), [sent(cast.mona) for _number in range(2)]
    tried = failing(OSError(28, "full"), broken)
    run_waiting(at=now)
    for _turn in range(2):
        run_waiting(at=now + timedelta(hours=1))
    assert tried == [broken.pk, *(each.pk for each in fresh)]

"""The officers hear of a deadline in time and once, whatever crashes; what is answered makes no noise."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from contacts.rights import rules
from contacts.rights.services import register
from contacts.rights.services.clock import remind_deadlines
from portal.outbox.models import OutboxMessage
from tests.rights.scenes import entered, opened, second_officer

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")


def on(day: date) -> datetime:
    return datetime.combine(day, time(9), BERLIN)


def steps() -> list[str]:
    return list(OutboxMessage.objects.filter(topic="data_request_due").values_list("payload__step", flat=True))


def test_officers_hear_ten_and_three_days_before_and_when_it_is_over_each_once(cast, customer, now):
    made = entered(cast, customer, now)
    seen = []
    for left in (11, 10, 9, 3, 2, 0, -1, -5):
        day = made.due_on - timedelta(days=left)
        seen.append([remind_deadlines(at=on(day)) for _turn in range(2)])
    assert seen == [[0, 0], [1, 0], [0, 0], [1, 0], [0, 0], [0, 0], [1, 0], [0, 0]]
    assert steps() == ["10d", "3d", "over"]


def test_every_officer_hears_and_a_clock_that_was_late_tells_only_of_now(cast, customer, now):
    second_officer()
    made = entered(cast, customer, now)
    assert remind_deadlines(at=on(made.due_on + timedelta(days=1))) == 2
    assert steps() == ["over", "over"]


def test_the_last_day_is_not_late_until_it_is_over_in_the_zone_of_the_portal(cast, customer, now):
    made = entered(cast, customer, now)
    last = datetime.combine(made.due_on, time(23, 59, 59), BERLIN)
    assert not made.is_late(last)
    assert made.is_late(last + timedelta(seconds=1))


def test_what_is_closed_is_reminded_of_no_more_and_more_time_begins_anew(cast, customer, now):
    done = register.withdraw(cast.clara, request=entered(cast, customer, now), reason="Twice", at=now)
    longer = register.extend(cast.dora, request=opened(cast, customer, now), reason="Many", at=now)
    assert remind_deadlines(at=on(done.due_on)) == 0
    assert longer.due_on == rules.extended_due_on(longer.received_on)
    assert remind_deadlines(at=on(longer.due_on)) == 1


def test_looking_for_what_is_due_takes_the_same_queries_however_much_runs(
    cast, customer, now, django_assert_num_queries
):
    made = [entered(cast, customer, now) for _more in range(5)]
    last = on(made[0].due_on)
    assert remind_deadlines(at=last) == 5
    with django_assert_num_queries(3):
        assert remind_deadlines(at=last) == 0

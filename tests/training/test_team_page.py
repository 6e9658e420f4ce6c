"""What managers see of their own people: course, state and day; never a result, nor what followed an incident."""

from datetime import timedelta

import pytest

from tests.cast import certify, person
from tests.training import courses
from tests.training.quiz import take
from training.selectors import team_of
from training.services import assign_refresher, assigning

pytestmark = pytest.mark.django_db


def seen(cast, now):
    return {
        member.person.first_name: [(line.course, line.standing.word) for line in member.lines]
        for member in team_of(cast.mona, today=now.date())
    }


BASIC = "Data protection when contacting customers"
MESSENGER = "Licence for messengers and social networks"


def test_the_own_people_with_state_and_day_overdue_first(cast, now):
    late = person("zoe", "employee", manager=cast.mona)
    certify(late, until=now.date() - timedelta(days=1), by=cast.tom)
    found = seen(cast, now)
    assert list(found) == ["Zoe", "Anna", "Sven"]
    assert found["Zoe"] == [(BASIC, "overdue")] and found["Anna"] == [(BASIC, "valid")]


def test_licences_and_assigned_courses_are_there_too(cast, now):
    version = courses.course(now, kind="messenger")
    take(cast.anna, version, now)
    assigning.assign(cast.tom, course=version.course, person=cast.sven, due_days=5, at=now)
    found = seen(cast, now)
    assert found["Anna"][1] == (MESSENGER, "valid") and found["Sven"][1] == (MESSENGER, "due")
    assert seen(cast, now + timedelta(days=6))["Sven"][1] == (MESSENGER, "overdue")


def test_neither_results_nor_incidents_are_on_the_page(client, cast, now):
    version = courses.course(now)
    take(cast.anna, version, now, right=1)
    told = {"because": "You asked R-77.", "cause": "request:R-77", "values": {}}
    assign_refresher(assigning.BY_RULE, person=cast.anna, at=now, **told)
    client.force_login(cast.mona)
    page = client.get("/team/").content.decode()
    content = page[page.index("<main") : page.index("</main>")]
    assert "R-77" not in content and "%" not in content and "Not passed" not in content
    assert seen(cast, now)["Anna"] == [(BASIC, "valid")]

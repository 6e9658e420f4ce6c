"""What managers see of their own people: course, state and day; never a result, nor what followed an incident."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.outbox.models import OutboxMessage
from tests.browsing import words
from tests.cast import certify, person
from tests.requests.scenes import as_, permit_for, service_by_mail
from tests.training import courses
from tests.training.quiz import take
from training.selectors import team_of
from training.services import assign_refresher, assigning
from training.services.reminding import remind_member

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


# --- reminding by a press


@pytest.fixture
def late(cast, now):
    newcomer = person("zoe", "employee", manager=cast.mona)
    certify(newcomer, until=now.date() - timedelta(days=1), by=cast.tom)
    return newcomer


def test_a_press_sends_one_mail_about_what_is_due(cast, late):
    page = as_(cast.mona).post(f"/team/{late.pk}/remind/", follow=True)
    assert "Zoe Beispiel gets a reminder by mail." in words(page)
    assert OutboxMessage.objects.filter(topic="certificate_overdue", recipient=late).count() == 1


def test_a_second_press_on_the_same_day_sends_nothing_and_says_so(cast, late, now):
    remind_member(cast.mona, person=late, at=now)
    with pytest.raises(ValidationError, match="has been reminded today"):
        remind_member(cast.mona, person=late, at=now)
    assert OutboxMessage.objects.filter(recipient=late).count() == 1
    remind_member(cast.mona, person=late, at=now + timedelta(days=1))


def test_where_nothing_is_due_nothing_is_sent_and_there_is_no_button(cast, now):
    with pytest.raises(ValidationError, match="Nothing of Anna Beispiel is due"):
        remind_member(cast.mona, person=cast.anna, at=now)
    assert f"/team/{cast.anna.pk}/remind/" not in as_(cast.mona).get("/team/").content.decode()


def test_what_followed_an_incident_is_nothing_to_remind_of(cast, now):
    courses.course(now)
    told = {"because": "You asked R-77.", "cause": "request:R-77", "values": {}}
    assign_refresher(assigning.BY_RULE, person=cast.anna, at=now, **told)
    with pytest.raises(ValidationError, match="Nothing of Anna Beispiel is due"):
        remind_member(cast.mona, person=cast.anna, at=now + timedelta(days=30))


def test_nobody_reminds_people_whom_somebody_else_leads(cast, late, now):
    with pytest.raises(PermissionDenied):
        remind_member(cast.max, person=late, at=now)
    assert as_(cast.max).post(f"/team/{late.pk}/remind/").status_code == 404


def test_the_page_says_first_how_many_are_overdue_and_tells_open_permits(cast, late, customer, accounts, now):
    permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    page = words(as_(cast.mona).get("/team/"))
    assert "One of your people has a training that is overdue." in page
    anna = page[page.index("Anna Beispiel Buchhaltung") :]
    assert anna[: anna.index("Sven Beispiel")].rstrip().endswith(" 1")


def test_a_large_team_costs_no_more_queries_than_a_small_one(cast, now):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            as_(cast.mona).get("/team/")
        return len(seen)

    small = cost()
    for number in range(3):
        certify(person(f"p{number}", "employee", manager=cast.mona), until=now.date(), by=cast.tom)
    assert cost() == small

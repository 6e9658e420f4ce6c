"""The refresher is no short cut to a whole certificate: by assignment, by waiting or by an open attempt."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal.handlers import refresh_after_private_account
from tests.cast import certify, person
from tests.training import courses
from tests.training.quiz import answer, begin, take
from training.models import Assignment, Certificate
from training.services import quiz
from training.services.assigning import assign
from training.services.authoring import new_draft
from training.services.common import NotNow
from training.services.publishing import publish

pytestmark = pytest.mark.django_db
WEEKS = timedelta(days=28)


@pytest.fixture
def version(cast, now):
    return courses.course(now)


@pytest.fixture
def newcomer(cast):
    return person("neu", "employee", manager=cast.mona)


def successor(cast, version, now):
    return publish(cast.tom, version=new_draft(cast.tom, course=version.course, at=now), at=now)


# --- the refresher


def test_the_refresher_is_not_assigned_to_who_has_not_passed_lately(version, cast, newcomer, now):
    with pytest.raises(ValidationError, match="Assign the whole course"):
        assign(cast.tom, course=version.course, at=now, due_days=30, person=newcomer, refresher=True)
    certify(newcomer, until=now.date() - timedelta(days=93), by=cast.tom)
    with pytest.raises(ValidationError):
        assign(cast.tom, course=version.course, at=now, due_days=30, person=newcomer, refresher=True)
    assert assign(cast.tom, course=version.course, at=now, due_days=30, person=cast.anna, refresher=True)


def test_no_assignment_opens_the_refresher(version, cast, newcomer, now):
    fields = {"course": version.course, "created_at": now, "refresher": True}
    Assignment.objects.create(person=newcomer, **fields)
    Assignment.objects.create(department=cast.anna.department, **fields)
    with pytest.raises(NotNow, match="refresher is for people"):
        begin(newcomer, version, now, refresher=True)


@pytest.mark.parametrize(("days", "refresher"), [(92, True), (93, False)])
def test_after_an_incident_the_refresher_is_enough_only_lately(version, cast, newcomer, now, days, refresher):
    certify(newcomer, until=now.date() - timedelta(days=days), by=cast.tom)
    refresh_after_private_account(user_id=newcomer.pk, request="R-1", at=now)
    assert Assignment.objects.get().refresher is refresher


def test_a_refresher_finished_too_late_gives_no_certificate(client, version, cast, newcomer, now):
    certify(newcomer, until=now.date(), by=cast.tom)
    attempt = begin(newcomer, version, now, refresher=True)
    answer(newcomer, attempt, now)
    late = quiz.submit(newcomer, attempt=attempt, at=now + timedelta(days=93)).attempt
    assert (late.passed, late.withheld, late.score) == (False, True, 100)
    assert not Certificate.objects.filter(attempt=late).exists()
    client.force_login(newcomer)
    shown = client.get(reverse("attempt", args=[late.pk])).content.decode()
    assert "for three months after its end" in shown and "withdrawn" not in shown


def test_a_refresher_finished_on_the_last_day_counts(version, cast, newcomer, now):
    certify(newcomer, until=now.date(), by=cast.tom)
    attempt = begin(newcomer, version, now, refresher=True)
    answer(newcomer, attempt, now)
    assert quiz.submit(newcomer, attempt=attempt, at=now + timedelta(days=92)).attempt.passed


def test_an_open_refresher_does_not_stand_in_for_the_course(client, version, cast, now):
    short = begin(cast.anna, version, now, refresher=True)
    whole = begin(cast.anna, version, now)
    assert (short.refresher, whole.refresher) == (True, False) and len(whole.questions) == 5
    assert begin(cast.anna, version, now, refresher=True) == short
    take(cast.anna, version, now)
    client.force_login(cast.anna)
    address = reverse("quiz_start", args=[version.course.slug])
    assert "Begin the quiz" in client.get(address).content.decode()
    assert "Go on with the quiz" in client.get(f"{address}?way=refresher").content.decode()

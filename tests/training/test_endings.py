"""What runs on a retired version is finished within weeks, and no answers outlive a pass."""

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cast import person
from tests.training import courses
from tests.training.quiz import answer, begin, take
from training.models import Answer, Attempt
from training.services import quiz
from training.services.authoring import new_draft
from training.services.common import NotNow
from training.services.publishing import publish, retire_course, withdraw

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


def test_a_replaced_version_is_finished_within_weeks(version, cast, newcomer, now):
    attempt = begin(newcomer, version, now)
    answer(newcomer, attempt, now)
    successor(cast, version, now)
    running = Attempt.objects.select_related("version__course").get(pk=attempt.pk)
    assert running.ends_at == now + WEEKS
    with pytest.raises(NotNow, match="time is over"):
        quiz.save_answer(
            newcomer, attempt=attempt, key="q01", given=None, flagged=False, at=now + WEEKS + timedelta(seconds=1)
        )
    late = quiz.submit(newcomer, attempt=attempt, at=now + timedelta(days=900)).attempt
    assert late.submitted_at == now + WEEKS, "what was saved in time counts, as of then"
    assert late.certificate.passed_on == (now + WEEKS).date()


def test_the_clock_ends_what_runs_on_a_retired_version_or_course(cast, newcomer, now):
    replaced, gone, offered = (courses.course(now, slug=slug) for slug in ("replaced", "gone", "offered"))
    attempts = [begin(newcomer, one, now) for one in (replaced, gone, offered)]
    successor(cast, replaced, now)
    retire_course(cast.tom, course=gone.course, at=now)
    assert quiz.close_overdue(at=now + WEEKS) == 0
    assert quiz.close_overdue(at=now + WEEKS + timedelta(hours=1)) == 2
    assert list(Attempt.objects.open()) == [attempts[2]]


def test_answers_that_a_pass_left_behind_are_deleted(version, cast, newcomer, now):
    old = begin(newcomer, version, now)
    answer(newcomer, old, now, right=0)
    latest = successor(cast, version, now)
    take(newcomer, latest, now + timedelta(days=1))
    assert Answer.objects.filter(attempt=old).count() == 5, "it may still run"
    quiz.close_overdue(at=now + WEEKS + timedelta(hours=1))
    assert not Answer.objects.exists()


def test_what_runs_beside_a_pass_of_the_same_version_ends_too(version, cast, now):
    short = begin(cast.anna, version, now, refresher=True)
    answer(cast.anna, short, now, right=0)
    take(cast.anna, version, now + timedelta(days=1))
    assert quiz.close_overdue(at=now + WEEKS) == 0
    assert quiz.close_overdue(at=now + WEEKS + timedelta(days=2)) == 1
    assert not Answer.objects.exists()


def test_who_fails_after_a_pass_keeps_the_answers_to_learn_from(version, newcomer, now):
    take(newcomer, version, now)
    again = take(newcomer, version, now + timedelta(days=300), right=0)
    assert Answer.objects.filter(attempt=again).count() == 5


def test_the_points_of_a_pass_are_told_once_and_then_forgotten(client, version, newcomer, now):
    attempt = begin(newcomer, version, now)
    answer(newcomer, attempt, now, right=4)
    client.force_login(newcomer)
    client.post(reverse("attempt_submit", args=[attempt.pk]))
    address = reverse("attempt", args=[attempt.pk])
    assert "Not right" in client.get(address).content.decode()
    assert "quiz" not in str(dict(client.session.items()))
    assert "Not right" not in client.get(address).content.decode()


@pytest.mark.parametrize("page", ["attempt", "attempt_question"])
def test_the_pages_say_that_the_version_was_withdrawn_or_replaced(client, version, cast, newcomer, now, page):
    attempt = begin(newcomer, version, now)
    client.force_login(newcomer)
    address = reverse(page, args=[attempt.pk, 1] if page == "attempt_question" else [attempt.pk])
    assert "newer version" not in client.get(address).content.decode()
    successor(cast, version, now)
    assert "A newer version of this course has been published" in client.get(address).content.decode()
    withdraw(cast.tom, version=version, at=now)
    assert "nobody passes by it any more" in client.get(address).content.decode()

"""What a result tells: after a pass everything, before it nothing that only has to be copied."""

import pytest
from django.urls import reverse

from tests.cast import person
from tests.training import courses
from tests.training.quiz import answer, begin
from training.models import CourseVersion
from training.services import quiz
from training.services.common import NotNow
from training.services.loading import load_courses

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(cast, client):
    made = person("lese", "employee", manager=cast.mona)
    client.force_login(made)
    return made


def result(client, attempt):
    client.post(reverse("attempt_submit", args=[attempt.pk]))
    return client.get(reverse("attempt", args=[attempt.pk])).content.decode()


def test_before_a_pass_no_right_answer_is_told(reader, client, now):
    attempt = begin(reader, courses.course(now), now)
    answer(reader, attempt, now, right=2)
    shown = result(client, attempt)
    assert "Not passed" in shown and "Right answer<" not in shown
    assert "The right answers are told once you have passed" in shown
    assert shown.count("Because q") == 5, "what was tried is explained"


def test_what_was_left_open_is_not_explained(reader, client, now):
    attempt = begin(reader, courses.course(now), now)
    first = attempt.questions[0]["key"]
    quiz.save_answer(reader, attempt=attempt, key=first, given={"chosen": False}, flagged=False, at=now)
    shown = result(client, attempt)
    assert shown.count("Because q") == 1 and f"Because {first}" in shown
    assert shown.count("UWG §7(2)") == 1


def test_after_a_pass_everything_is_told(reader, client, now):
    attempt = begin(reader, courses.course(now), now)
    answer(reader, attempt, now)
    shown = result(client, attempt)
    assert shown.count("Right answer<") == shown.count("Because q") == 5
    assert "told once you have passed" not in shown


def test_a_quiz_without_any_answer_is_not_submitted(reader, client, now):
    attempt = begin(reader, courses.course(now), now)
    shown = client.post(reverse("attempt_submit", args=[attempt.pk]), follow=True).content.decode()
    assert "You have not answered anything yet, so nothing was submitted" in shown
    attempt.refresh_from_db()
    assert attempt.submitted_at is None
    key = attempt.questions[0]["key"]
    quiz.save_answer(reader, attempt=attempt, key=key, given=None, flagged=True, at=now)
    with pytest.raises(NotNow):
        quiz.submit(reader, attempt=attempt, at=now)


def test_the_shipped_courses_let_time_pass_between_two_attempts(now):
    load_courses(at=now)
    assert set(CourseVersion.objects.values_list("waiting_hours", flat=True)) == {1}


def test_a_rule_that_an_explanation_names_leads_to_its_page(reader, client, now):
    bank = [courses.question(key) for key in ("q1", "q2")]
    for asked in bank:
        asked["explanation"] = courses.text("See PUR-03 <and> ZZZ-01.")
    version = courses.course(now, slug="named", questions=bank, draw={"reason": 2}, refresher_draw={})
    attempt = quiz.start(reader, version=version, refresher=False, at=now)
    key = attempt.questions[0]["key"]
    quiz.save_answer(reader, attempt=attempt, key=key, given={"chosen": False}, flagged=False, at=now)
    shown = result(client, attempt)
    assert 'href="/rules/PUR-03/"' in shown and "&lt;and&gt; ZZZ-01." in shown

"""What the database refuses by itself about courses, attempts and answers, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import person
from tests.training import courses
from tests.training.quiz import answer, begin, take
from training.models import Answer, Attempt, Certificate, CourseVersion, ItemSum, Lesson, Question

pytestmark = pytest.mark.django_db


def refused(act, match):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        act()


@pytest.fixture
def version(cast, now):
    return courses.course(now)


@pytest.mark.parametrize("table", ["training_courseversion", "training_lesson", "training_question"])
def test_what_is_published_is_neither_changed_nor_deleted(version, table):
    column = {"training_courseversion": "pass_mark = 1"}.get(table, "position = 99")
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(f"UPDATE {table} SET {column}"), "locked")
        refused(lambda: cursor.execute(f"DELETE FROM {table}"), "locked")


@pytest.mark.parametrize("table", ["courseversion", "lesson", "question", "attempt", "answer"])
def test_no_table_is_emptied(table, db):
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(f"TRUNCATE training_{table} CASCADE"), "append-only")


def test_nothing_is_added_to_what_is_published(version):
    body = courses.question("new")
    refused(
        lambda: Question.objects.create(
            version=version, position=99, key="new", category="x", kind="true_false", body=body
        ),
        "locked",
    )
    refused(lambda: Lesson.objects.create(version=version, position=99, slug="new"), "locked")


def test_the_only_way_of_a_published_version_is_out(version, now):
    rows = CourseVersion.objects.filter(pk=version.pk)
    refused(lambda: rows.update(state="draft", published_at=None), "locked")
    rows.update(state="retired", retired_at=now)
    refused(lambda: rows.update(state="published", retired_at=None), "locked")
    refused(lambda: rows.update(retired_at=now + timedelta(days=1)), "locked")
    rows.update(withdrawn_at=now)
    refused(lambda: rows.update(withdrawn_at=None), "locked")


def test_a_draft_is_free(version):
    made = courses.draft(version.course, number=2)
    Lesson.objects.filter(version=made).update(title_en="Another")
    Question.objects.filter(version=made).first().delete()


def test_there_is_one_published_version_and_one_draft(version):
    courses.draft(version.course, number=2)
    refused(lambda: courses.draft(version.course, number=3), "course_one_draft")


def test_an_attempt_is_kept(version, cast, now):
    attempt = begin(cast.anna, version, now)
    rows = Attempt.objects.filter(pk=attempt.pk)
    refused(lambda: rows.update(questions=[]), "kept")
    refused(lambda: rows.update(person=cast.sven), "kept")
    refused(lambda: rows.delete(), "kept")


def test_a_submitted_attempt_never_changes(version, cast, now):
    attempt = take(cast.anna, version, now, right=0)
    refused(lambda: Attempt.objects.filter(pk=attempt.pk).update(score=100), "kept")
    refused(lambda: Attempt.objects.filter(pk=attempt.pk).update(passed=True), "kept")


def test_one_open_attempt_for_a_person_and_a_version(version, cast, now):
    first = begin(cast.anna, version, now)
    copy = {name: getattr(first, name) for name in ("person", "version", "seed", "questions", "started_at")}
    refused(lambda: Attempt.objects.create(ordinal=2, **copy), "attempt_one_open")


def test_item_statistics_only_grow(version, cast, now):
    take(cast.anna, version, now)
    rows = ItemSum.objects.all()
    assert rows.count() == 5
    refused(lambda: rows.delete(), "only grow")
    refused(lambda: rows.update(counted=0, compared=0), "only grow")
    refused(lambda: rows.update(question_key="other"), "only grow")


def test_after_the_submission_no_answer_is_written_and_none_deleted_before_a_pass(version, cast, now):
    # A day after the submission they may go (docs/retention.md), by the clock of the database.
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (today,) = cursor.fetchone()
    attempt = take(cast.anna, version, today, right=0)
    mine = Answer.objects.filter(attempt=attempt)
    refused(lambda: mine.update(flagged=True), "ended")
    refused(lambda: Answer.objects.create(attempt=attempt, question_key="x", saved_at=now), "ended")
    refused(lambda: mine.delete(), "until the course is passed")
    assert mine.count() == 5


def test_the_answers_of_a_running_attempt_are_not_deleted(version, cast, now):
    attempt = begin(cast.anna, version, now)
    answer(cast.anna, attempt, now)
    refused(lambda: Answer.objects.filter(attempt=attempt).delete(), "until the course is passed")


def test_no_answer_is_written_after_the_deadline(cast, now):
    version = courses.course(now, time_limit_minutes=10)
    attempt = begin(cast.anna, version, now)
    late = now + timedelta(minutes=10, seconds=1)
    refused(lambda: Answer.objects.create(attempt=attempt, question_key="q01", saved_at=late), "ended")
    Answer.objects.create(attempt=attempt, question_key="q01", saved_at=now + timedelta(minutes=10))


def test_one_certificate_for_an_attempt(version, cast, now):
    attempt = take(cast.anna, version, now)
    made = Certificate.objects.get(attempt=attempt)
    values = {name: getattr(made, name) for name in ("person", "course", "version", "attempt", "passed_on")}
    refused(
        lambda: Certificate.objects.create(number="Z-2", valid_until=made.valid_until, recorded_at=now, **values),
        "attempt_id",
    )


def test_a_certificate_comes_from_a_quiz_or_from_a_person(cast, now):
    refused(
        lambda: Certificate.objects.create(
            number="Z-3", person=person("x"), course="K", passed_on=now, valid_until=now, recorded_at=now
        ),
        "certificate_by_quiz_or_by_hand",
    )

"""The courses that ship: created and published once, never touched afterwards."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.policy import RULE_SET_1
from portal.audit.models import AuditEntry
from tests.cast import person
from training.models import Assignment, Course, CourseVersion, Lesson, Question
from training.selectors.duties import duties_of
from training.services.loading import load_courses
from training.services.publishing import problems
from training.services.reminding import items_due

pytestmark = pytest.mark.django_db
COURSE = """slug = "small"
kind = "basic"
minutes = 5
pass_mark = 80
validity_months = 12
title = { de = "Klein", en = "Small" }
summary = { de = "Kurz.", en = "Short." }
[[draw]]
category = "reason"
count = 1
[[lesson]]
slug = "one"
title = { de = "Eins", en = "One" }
"""
QUESTION = """[[question]]
key = "q1"
category = "reason"
kind = "true_false"
text = { de = "Stimmt es?", en = "Is it so?" }
explanation = { de = "Ja.", en = "Yes." }
source = ""
right = true
"""


@pytest.fixture
def folder(tmp_path):
    course = tmp_path / "small"
    (course / "lessons").mkdir(parents=True)
    (course / "questions").mkdir()
    (course / "course.toml").write_text(COURSE)
    for language in ("de", "en"):
        (course / "lessons" / f"one.{language}.md").write_text("Text.\n")
    (course / "questions" / "reason.toml").write_text(QUESTION)
    return tmp_path


def test_what_is_missing_is_created_and_published(folder, now):
    (loaded,) = load_courses(at=now, folder=folder)
    version = CourseVersion.objects.get()
    assert loaded.created and (version.state, version.number, version.published_by) == ("published", 1, None)
    assert (Lesson.objects.count(), Question.objects.count()) == (1, 1)
    assert AuditEntry.objects.get(verb="course.published").job == "training.load_courses"


def test_the_basic_course_is_everybodys_duty_once(cast, folder, now):
    """Who has never passed has no certificate that could end, and is reminded all the same."""
    never = person("nie", "auditor")
    for _turn in range(2):
        load_courses(at=now, folder=folder)
    rule = Assignment.objects.get()
    assert (rule.rule, rule.course.kind) == ("everybody", "basic")
    assert AuditEntry.objects.get(verb="assignment.created").job == "training.load_courses"
    due = (now + timedelta(days=30)).date()
    (duty,) = duties_of([never], today=now.date())[never.pk]
    assert duty.due_on == due and duties_of([cast.anna], today=now.date())[cast.anna.pk] == []
    assert [(item.person, item.day) for item in items_due(due)] == [(never, due)]


def test_what_is_there_is_never_touched(folder, now):
    load_courses(at=now, folder=folder)
    (folder / "small" / "lessons" / "one.de.md").write_text("Anders.\n")
    with CaptureQueriesContext(connection) as queries:
        (again,) = load_courses(at=now, folder=folder)
    assert not again.created and Lesson.objects.get().body_de == "Text."
    assert not [one for one in queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_course_with_a_gap_is_refused_whole_and_every_gap_told(folder, now):
    (folder / "small" / "lessons" / "one.en.md").unlink()
    (folder / "small" / "questions" / "reason.toml").write_text(QUESTION.replace('en = "Yes."', 'en = ""'))
    with pytest.raises(ValidationError) as refusal:
        load_courses(at=now, folder=folder)
    assert refusal.value.messages == ["Lesson “one” lacks body.en.", "Question “q1” lacks explanation.en."]
    assert not Course.objects.exists()


def test_a_question_twice_is_refused(folder, now):
    (folder / "small" / "questions" / "z.toml").write_text(QUESTION)
    with pytest.raises(ValidationError, match="there twice"):
        load_courses(at=now, folder=folder)


def test_the_shipped_courses_load_and_nothing_is_wrong_with_them(capsys):
    call_command("load_courses")
    assert "created and published" in capsys.readouterr().out
    call_command("load_courses")
    assert "created and published" not in capsys.readouterr().out
    current = CourseVersion.objects.current()
    assert {version.course.kind for version in current} == {"basic", "messenger", "approver"}
    assert [problems(version, RULE_SET_1) for version in current] == [[], [], []]
    assert not Question.objects.filter(kind="case", recorded_outcome="").exists()


def test_the_command_says_what_is_wrong(folder, monkeypatch):
    monkeypatch.setattr("training.services.loading.load_courses.__kwdefaults__", {"folder": folder})
    (folder / "small" / "lessons" / "one.en.md").unlink()
    with pytest.raises(CommandError, match=r"lacks body\.en"):
        call_command("load_courses")

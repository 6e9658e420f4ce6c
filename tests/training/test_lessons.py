"""Lessons: safe HTML, resuming where one left off, and pages that cost the same whatever is in them."""

import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import person
from tests.training import courses
from tests.training.quiz import answer, begin, take
from training.markdown import to_html
from training.models import Course, LessonPicture, LessonRead

pytestmark = pytest.mark.django_db


# --- safe HTML

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](https://elsewhere.example/pixel.png)",
    "<style>*{display:none}</style>",
    "<iframe src=//elsewhere.example></iframe>",
    '::: transcript\n<b onclick="alert(1)">x</b>\n:::',
    "[x]: javascript:alert(1)\n\n[x]",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_gets_through(text):
    html = to_html(text).lower()
    for forbidden in (
        "<script",
        "<iframe",
        "<style",
        'href="javascript',
        'href="data',
        'src="http',
        "<img src=x",
        "<b ",
    ):
        assert forbidden not in html


def test_what_lessons_need_comes_through():
    html = to_html("# One\n\n**bold** and *soft*\n\n- a\n- b\n\n> Take *this*\n\n|a|b|\n|-|-|\n|1|2|\n")
    for wanted in ("<h2>One</h2>", "<strong>bold</strong>", "<li>a</li>", "<blockquote>", "<td>1</td>"):
        assert wanted in html


def test_a_picture_comes_from_the_portal_and_its_transcript_is_folded():
    html = to_html("![A phone](/training/pictures/abc/)\n\n::: transcript\nShe *says* no.\n:::\n\nAfter.")
    assert '<img src="/training/pictures/abc/" alt="A phone">' in html
    assert '<details class="transcript"><summary>Transcript</summary><p>She <em>says</em> no.</p>' in html
    assert html.rstrip().endswith("<p>After.</p>")


def test_a_picture_is_served_by_its_content(cast, now, client):
    data = b"\x89PNG not really"
    digest = hashlib.sha256(data).hexdigest()
    LessonPicture.objects.create(
        digest=digest, name="a.png", media_type="image/png", alt_de="Telefon", alt_en="Phone", data=data, added_at=now
    )
    client.force_login(cast.anna)
    response = client.get(reverse("lesson_picture", args=[digest]))
    assert (response.content, response["Content-Type"]) == (data, "image/png")
    assert client.get(reverse("lesson_picture", args=["0" * 64])).status_code == 404


# --- reading


@pytest.fixture
def version(cast, now):
    return courses.course(now)


@pytest.fixture
def reader(cast, client):
    user = person("leser", "employee")
    client.force_login(user)
    return user


def page(client, name, *arguments, way=""):
    return client.get(reverse(name, args=arguments) + way).content.decode()


def test_reading_a_page_changes_nothing_going_on_does(version, reader, client, settings):
    slug = version.course.slug
    assert "1 of 2" in page(client, "lesson", slug, "story")
    assert not LessonRead.objects.exists()
    response = client.post(reverse("lesson", args=[slug, "story"]))
    assert response["Location"] == reverse("lesson", args=[slug, "rule"])
    client.post(reverse("lesson", args=[slug, "story"]))
    assert LessonRead.objects.filter(person=reader).count() == 1
    shown = page(client, "course", slug)
    assert "Go on with lesson 2" in shown and f"Kontaktklar {settings.VERSION}" in shown


def test_after_the_last_lesson_comes_the_quiz(version, reader, client):
    slug = version.course.slug
    assert client.post(reverse("lesson", args=[slug, "rule"]))["Location"] == reverse("quiz_start", args=[slug])


def test_the_refresher_has_its_own_lessons(version, reader, client):
    shown = page(client, "lesson", version.course.slug, "rule", way="?way=refresher")
    assert "1 of 1" in shown
    assert client.get(reverse("lesson", args=[version.course.slug, "story"]) + "?way=refresher").status_code == 404


def test_drafts_and_unknown_courses_do_not_exist(cast, reader, client):
    courses.draft(Course.objects.create(slug="draft", kind="basic"))
    for slug in ("draft", "nothing"):
        assert client.get(reverse("course", args=[slug])).status_code == 404


def test_the_start_states_the_rules(cast, now, reader, client):
    version = courses.course(
        now, slug="strict", attempts_allowed=3, waiting_hours=2, time_limit_minutes=15, pass_mark=75
    )
    shown = page(client, "quiz_start", version.course.slug)
    for words in ("5 questions", "75 percent", "15 minutes", "3 attempts", "2 hours"):
        assert words in shown


# --- pages of the quiz, without JavaScript


def test_answers_by_plain_form(version, reader, client, now):
    attempt = begin(reader, version, now)
    first = reverse("attempt_question", args=[attempt.pk, 1])
    assert client.post(first, {"chosen": "true", "shown": "null"})["Location"] == reverse(
        "attempt_question", args=[attempt.pk, 2]
    )
    assert client.post(first, {"chosen": "true", "go": "summary"})["Location"] == reverse("attempt", args=[attempt.pk])
    shown = page(client, "attempt", attempt.pk)
    assert "4 questions have no answer yet" in shown
    client.post(reverse("attempt_submit", args=[attempt.pk]))
    assert "Not passed" in page(client, "attempt", attempt.pk)


def test_autosave_says_when_it_saved_and_refuses_after_the_end(version, reader, client, now):
    attempt = begin(reader, version, now)
    save = reverse("attempt_save", args=[attempt.pk, 1])
    told = client.post(save, {"chosen": "false", "flagged": "on", "shown": "null", "shown_flagged": "no"})
    assert told.json() == {"saved": "11:00", "shown": {"chosen": False}, "flagged": True, "answered": True}
    assert client.post(save, {"chosen": "perhaps"}).status_code == 400
    client.post(reverse("attempt_submit", args=[attempt.pk]))
    ended = client.post(save, {"chosen": "true"})
    assert ended.status_code == 409 and "submitted" in ended.json()["message"]


def test_the_result_tells_what_was_right_once_though_answers_are_gone(version, reader, client, now):
    attempt = begin(reader, version, now)
    answer(reader, attempt, now, right=4)
    client.post(reverse("attempt_submit", args=[attempt.pk]))
    shown = page(client, "attempt", attempt.pk)
    assert shown.count("Not right") == 1 and "Because q" in shown and "UWG §7(2)" in shown
    assert "Your answers have been deleted" in shown and "Your answer<" not in shown


def test_a_page_of_a_timed_attempt_after_its_end_changes_nothing_by_itself(reader, client, now, time_machine):
    attempt = begin(reader, courses.course(now, slug="timed", time_limit_minutes=10), now)
    time_machine.move_to(now + timedelta(minutes=11))
    assert client.get(reverse("attempt_question", args=[attempt.pk, 1])).status_code == 302
    assert "The time is over" in page(client, "attempt", attempt.pk)
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_one_thing_in_two_positions_is_told_and_nothing_lost(reader, client, now):
    items = [{"key": key, "text": courses.text(f"Step {key}")} for key in "abc"]
    asked = courses.question("order", kind="ordering", items=items)
    asked.pop("right", None)
    version = courses.course(now, slug="order", questions=[asked], draw={"reason": 1}, refresher_draw={})
    attempt = begin(reader, version, now)
    address = reverse("attempt_question", args=[attempt.pk, 1])
    shown = client.post(address, {"place-1": "a", "place-2": "a", "shown": "null"}).content.decode()
    assert "One thing stands in two positions" in shown and shown.count('value="a" selected') == 2
    client.post(address, {"place-1": "a", "place-3": "b", "shown": "null"})
    assert attempt.answers.get().answer == {"order": ["a", None, "b"]}


# --- constant cost


def bank(count):
    return [courses.question(f"q{n:03d}") for n in range(count)]


@pytest.mark.parametrize(
    "name", ["training", "course", "quiz_start", "attempt", "attempt_question", "attempt_save", "result"]
)
def test_queries_do_not_grow_with_questions_attempts_or_people(cast, reader, client, now, name):
    small = courses.course(now, slug="small", questions=bank(3), draw={"reason": 3}, refresher_draw={})
    few = _queries(client, reader, small, name, now, attempts=1)
    big = courses.course(now, slug="big", questions=bank(60), draw={"reason": 40}, refresher_draw={})
    for number in range(5):
        take(person(f"p{number}", "employee"), big, now)
    assert _queries(client, reader, big, name, now, attempts=6) == few


def _queries(client, reader, version, name, now, *, attempts):
    for _ in range(attempts):
        last = take(reader, version, now, right=0)
    open_ = begin(reader, version, now)
    answer(reader, open_, now)
    address = {
        "training": reverse("training"),
        "course": reverse("course", args=[version.course.slug]),
        "quiz_start": reverse("quiz_start", args=[version.course.slug]),
        "attempt": reverse("attempt", args=[open_.pk]),
        "attempt_question": reverse("attempt_question", args=[open_.pk, 2]),
        "attempt_save": reverse("attempt_save", args=[open_.pk, 2]),
        "result": reverse("attempt", args=[last.pk]),
    }[name]
    with CaptureQueriesContext(connection) as captured:
        response = client.post(address, {"chosen": "false"}) if name == "attempt_save" else client.get(address)
    assert response.status_code == 200
    return len(captured)

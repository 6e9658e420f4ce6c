"""Writing courses: drafts, lessons, pictures; what is published stays as it is."""

import struct
import zlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.audit.models import AuditEntry
from tests.desk.reading import nothing_written
from tests.training import courses
from tests.training.forms import filled
from tests.training.quiz import begin, take
from training.models import Course, CourseVersion, Lesson, LessonPicture
from training.services import authoring, publishing
from training.services.common import NotNow

pytestmark = pytest.mark.django_db


def png(side: int = 1) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\0" * side for _row in range(side)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def published(cast, now):
    return courses.course(now)


@pytest.fixture
def edition(cast, published, now):
    return authoring.new_draft(cast.tom, course=published.course, at=now)


def verbs():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


# --- drafts


def test_a_new_draft_is_a_copy_and_the_published_version_stays(edition, published):
    assert (edition.number, edition.state, edition.draw) == (2, "draft", published.draw)
    for rows in ("lessons", "questions"):
        names = ("slug", "body_de") if rows == "lessons" else ("key", "body")
        assert list(getattr(edition, rows).values_list(*names)) == list(getattr(published, rows).values_list(*names))
    published.refresh_from_db()
    assert published.state == "published"
    assert verbs()[-1] == "course.draft_created"


def test_one_draft_at_a_time_and_none_of_a_retired_course(cast, edition, published, now):
    with pytest.raises(NotNow, match="has a draft already"):
        authoring.new_draft(cast.tom, course=published.course, at=now)
    authoring.discard_draft(cast.tom, version=edition, at=now)
    publishing.retire_course(cast.tom, course=published.course, at=now)
    with pytest.raises(NotNow, match="has been retired"):
        authoring.new_draft(cast.tom, course=published.course, at=now)


def test_a_draft_is_discarded_and_a_course_that_was_never_published_with_it(cast, edition, published, now):
    authoring.discard_draft(cast.tom, version=edition, at=now)
    assert list(CourseVersion.objects.all()) == [published]
    fields = {"slug": "new", "kind": "basic", "title_de": "Neu", "title_en": ""}
    made = authoring.create_course(cast.tom, at=now, **fields)
    authoring.discard_draft(cast.tom, version=made, at=now)
    assert list(Course.objects.all()) == [published.course]


def test_nothing_is_written_into_what_is_published(cast, edition, now):
    lesson = edition.lessons.first()
    publishing.publish(cast.tom, version=edition, at=now)
    for act in (
        lambda: authoring.change_lesson(cast.tom, lesson=lesson, at=now, title_de="x"),
        lambda: authoring.move_lesson(cast.tom, lesson=lesson, up=False, at=now),
        lambda: authoring.remove_lesson(cast.tom, lesson=lesson, at=now),
        lambda: authoring.add_lesson(cast.tom, version=edition, at=now, title_de="x"),
        lambda: authoring.change_version(cast.tom, version=edition, at=now, pass_mark=1),
        lambda: authoring.save_question(cast.tom, version=edition, values=courses.question("new"), at=now),
        lambda: authoring.remove_question(cast.tom, version=edition, key="q01", at=now),
        lambda: authoring.discard_draft(cast.tom, version=edition, at=now),
    ):
        with pytest.raises(NotNow, match="published or discarded"):
            act()


@pytest.mark.parametrize("who", ["anna", "mona", "dora", "adam", "rita"])
def test_only_authors_write(cast, edition, published, now, who):
    user = getattr(cast, who)
    for act in (
        lambda: authoring.new_draft(user, course=published.course, at=now),
        lambda: authoring.change_version(user, version=edition, at=now, pass_mark=1),
        lambda: authoring.save_question(user, version=edition, values=courses.question("new"), at=now),
        lambda: authoring.add_picture(user, name="a", data=png(), alt_de="a", alt_en="a", at=now),
        lambda: publishing.withdraw(user, version=published, at=now),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_an_attempt_that_runs_keeps_its_questions_when_a_new_version_is_published(cast, edition, published, now):
    attempt = begin(cast.anna, published, now)
    asked = attempt.questions
    changed = courses.question(asked[0]["key"], right=False)
    authoring.save_question(cast.tom, version=edition, values=changed, key=asked[0]["key"], at=now)
    publishing.publish(cast.tom, version=edition, at=now)
    attempt.refresh_from_db()
    assert attempt.questions == asked
    assert take(cast.anna, published, now).passed


# --- lessons


def test_lessons_change_places_and_stay_at_the_ends(cast, edition, now):
    order = lambda: list(edition.lessons.order_by("position").values_list("slug", flat=True))  # noqa: E731
    last = edition.lessons.get(slug="rule")
    authoring.move_lesson(cast.tom, lesson=last, up=True, at=now)
    assert order() == ["rule", "story"]
    count = AuditEntry.objects.count()
    authoring.move_lesson(cast.tom, lesson=last, up=True, at=now)
    assert order() == ["rule", "story"] and AuditEntry.objects.count() == count


def test_two_lessons_of_one_title_get_names_of_their_own(cast, edition, now):
    made = [authoring.add_lesson(cast.tom, version=edition, at=now, title_de="Größe zählt") for _turn in range(2)]
    assert [one.slug for one in made] == ["groe-zahlt", "groe-zahlt-2"]
    assert [one.position for one in made] == [3, 4]


def test_of_two_authors_of_a_lesson_the_second_is_told_and_keeps_the_words(client, cast, edition, now):
    client.force_login(cast.tom)
    address = reverse("author_lesson", args=[edition.course.slug, 2, "story"])
    data = filled(client.get(address), having="seen")
    authoring.change_lesson(cast.tom, lesson=edition.lessons.get(slug="story"), at=now, body_de="Anders.")
    response = client.post(address, {**data, "body_de": "Meine Worte."})
    assert "Somebody else has changed this" in response.content.decode()
    assert "Meine Worte." in response.content.decode()
    assert edition.lessons.get(slug="story").body_de == "Anders."


def test_the_outline_marks_what_lacks_a_translation(client, cast, edition, now):
    authoring.add_lesson(cast.tom, version=edition, at=now, title_de="Neu", body_de="Text")
    client.force_login(cast.dora)
    page = client.get(reverse("author_version", args=[edition.course.slug, 2])).content.decode()
    assert page.count("English is missing") == 1 and "German is missing" not in page


def test_the_preview_shows_a_lesson_as_learners_see_it(client, cast, edition, now):
    client.force_login(cast.dora)
    address = reverse("author_lesson_preview", args=[edition.course.slug, 2, "story"])
    assert "<h2>A heading</h2>" in client.get(f"{address}?language=en").content.decode()
    assert "Text story (de)" in client.get(f"{address}?language=de").content.decode()


def test_the_reader_of_a_page_finds_no_button_that_writes(client, cast, edition):
    client.force_login(cast.dora)
    for name, last in (("author_lesson", ["story"]), ("author_question", ["q01"]), ("author_version", [])):
        with nothing_written():
            page = client.get(reverse(name, args=[edition.course.slug, 2, *last])).content.decode()
        content = page[page.index("<main") :]
        assert "btn-primary" not in content and "btn-stop" not in content


# --- pictures


def test_a_picture_is_what_its_bytes_are(cast, now):
    made, is_new = authoring.add_picture(cast.tom, name="a.jpg", data=png(), alt_de="Ein", alt_en="An", at=now)
    assert (made.media_type, is_new) == ("image/png", True)
    again, is_new = authoring.add_picture(cast.tom, name="b.png", data=png(), alt_de="x", alt_en="y", at=now)
    assert (again, is_new) == (made, False)
    assert made.markdown("de") == f"![Ein](/training/pictures/{made.digest}/)"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg onload=alert(1)>",
        b"\x89PNG\r\n\x1a\n<script>",
        b"GIF89a",
        b"\xff\xd8\xff<html>",
        b"RIFF0000WAVE",
        png() + b"<script>alert(1)</script>" * 9,
        png() + b"\0" * 2_000_000,
    ],
)
def test_what_is_no_picture_is_refused(cast, now, data):
    with pytest.raises(ValidationError):
        authoring.add_picture(cast.tom, name="a.png", data=data, alt_de="a", alt_en="a", at=now)
    assert not LessonPicture.objects.exists()


@pytest.mark.parametrize("words", [{"alt_de": "", "alt_en": "a"}, {"alt_de": "a", "alt_en": " "}])
def test_a_picture_needs_words_in_both_languages(cast, now, words):
    with pytest.raises(ValidationError):
        authoring.add_picture(cast.tom, name="a.png", data=png(), at=now, **words)


def test_a_picture_is_added_on_its_page_and_shown_to_who_is_signed_in(client, cast, now):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(cast.tom)
    data = {"file": SimpleUploadedFile("a.png", png(2)), "alt_de": "Ein Telefon", "alt_en": "A phone"}
    assert client.post(reverse("author_pictures"), data).status_code == 302
    made = LessonPicture.objects.get()
    page = client.get(reverse("author_pictures")).content.decode()
    assert made.markdown("de") in page and 'alt="A phone"' in page
    served = client.get(reverse("lesson_picture", args=[made.digest]))
    assert (served.content, served["X-Content-Type-Options"]) == (png(2), "nosniff")


# --- the rules of the quiz, publishing


def test_the_rules_of_the_quiz_are_set_with_the_draws(client, cast, edition):
    client.force_login(cast.tom)
    address = reverse("author_version_edit", args=[edition.course.slug, 2])
    data = filled(client.get(address), having="pass_mark")
    data |= {"pass_mark": "90", "time_limit_minutes": "15", "draw-reason": "7", "refresher_draw-reason": "0"}
    assert client.post(address, data).status_code == 302
    edition.refresh_from_db()
    assert (edition.pass_mark, edition.time_limit_minutes) == (90, 15)
    assert (edition.draw, edition.refresher_draw) == ({"reason": 7}, {})


@pytest.mark.parametrize(
    "wrong", [{"pass_mark": "101"}, {"minutes": "-1"}, {"draw-reason": "x"}, {"title_de": "x" * 121}]
)
def test_rules_that_make_no_sense_are_refused(client, cast, edition, wrong):
    client.force_login(cast.tom)
    address = reverse("author_version_edit", args=[edition.course.slug, 2])
    response = client.post(address, {**filled(client.get(address), having="pass_mark"), **wrong})
    assert response.status_code == 200 and "Error:" in response.content.decode()


def test_the_check_page_says_everything_that_stands_in_the_way(client, cast, edition, now):
    authoring.change_version(cast.tom, version=edition, at=now, draw={"reason": 12}, title_en="")
    body = "![](/training/pictures/abc/)"
    authoring.add_lesson(cast.tom, version=edition, at=now, title_de="Bild", title_en="Picture", body_de=body)
    facts = {"purpose": "private", "channel": "messenger", "platform": "whatsapp"}
    case = courses.question("blind", kind="case", facts=facts, why=["CON-01"])
    case.pop("right")
    authoring.save_question(cast.tom, version=edition, values=case, at=now)
    client.force_login(cast.tom)
    address = reverse("author_publish", args=[edition.course.slug, 2])
    page = client.get(address).content.decode()
    for sentence in (
        "The course has no title in “en”.",
        "Lesson “picture” lacks body.en.",
        "Lesson “picture” shows a picture without saying what it shows.",
        "The category “reason” has 11 questions, but 12 are drawn.",
        "Case “blind” does not offer PUR-03, by which the rules decide.",
        "Case “blind” must offer at least 2 rules that do not decide.",
    ):
        assert sentence in page
    assert client.post(address, {"certificates": "keep"}).status_code == 200
    edition.refresh_from_db()
    assert edition.state == "draft"


def test_publishing_asks_whether_people_must_certify_again(client, cast, edition, now):
    client.force_login(cast.tom)
    address = reverse("author_publish", args=[edition.course.slug, 2])
    assert "Must people certify again?" in client.get(address).content.decode()
    for incomplete in ({}, {"certificates": "again"}, {"certificates": "again", "recertify_by": "2020-01-01"}):
        assert client.post(address, incomplete).status_code == 200
    by = (now + timedelta(days=30)).date()
    assert client.post(address, {"certificates": "again", "recertify_by": by.isoformat()}).status_code == 302
    edition.refresh_from_db()
    assert (edition.state, edition.recertify_by, edition.published_by) == ("published", by, cast.tom)


# --- pages cost the same with more in them


@pytest.mark.parametrize("name", ["author_version", "author_questions", "author_publish", "author_statistics"])
def test_the_number_of_queries_does_not_grow_with_the_course(client, cast, edition, now, name):
    client.force_login(cast.tom)
    address = reverse(name, args=[edition.course.slug, 2])

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    before = queries()
    for number in range(20):
        Lesson.objects.create(version=edition, position=10 + number, slug=f"l{number}", title_de="x")
        authoring.save_question(cast.tom, version=edition, values=courses.question(f"more{number}"), at=now)
    assert queries() == before


def test_every_verb_of_the_trail_has_a_word(cast, edition, now):
    from portal.audit.words import SUBJECTS, VERBS

    authoring.add_picture(cast.tom, name="a", data=png(), alt_de="a", alt_en="a", at=now)
    publishing.publish(cast.tom, version=edition, at=now)
    publishing.withdraw(cast.tom, version=edition, at=now)
    take(cast.anna, courses.course(now, slug="second"), now)
    for entry in AuditEntry.objects.all():
        assert entry.verb in VERBS and entry.subject_type in SUBJECTS, entry.verb

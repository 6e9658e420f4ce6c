"""The form of a question, without script: what is there comes back as it was, for every question that ships."""

import pytest
from django.urls import reverse

from tests.training import courses
from tests.training.forms import filled
from training.models import CourseVersion, Question
from training.questions import QuestionError, from_json
from training.services import authoring
from training.services.loading import load_courses

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(cast, now):
    return courses.draft(courses.course(now).course, number=2)


def page(client, cast, edition, key):
    client.force_login(cast.tom)
    return client.get(reverse("author_question", args=[edition.course.slug, edition.number, key]))


def create(client, cast, edition, kind, **fields):
    client.force_login(cast.tom)
    data = {"text-de": "Frage?", "text-en": "Question?", "category": "reason", "act": "save"} | fields
    return client.post(reverse("author_question_create", args=[edition.course.slug, edition.number, kind]), data)


def same(body):
    """What a question says: the order of the whys and a condition that is written out as not met say nothing."""
    facts = dict(body.get("facts", {}))
    facts["s7_3"] = {name for name, met in facts.get("s7_3", {}).items() if met}
    return {**body, "facts": facts, "why": sorted(body.get("why", []))}


def test_every_shipped_question_survives_its_form(client, cast, now):
    """115 questions of the courses: opened, sent back untouched, and nothing has changed."""
    load_courses(at=now)
    kinds, count = set(), 0
    for published in CourseVersion.objects.current():
        draft = authoring.new_draft(cast.tom, course=published.course, at=now)
        for row in draft.questions.all():
            response = page(client, cast, draft, row.key)
            data = {**filled(response, having="seen"), "act": "save"}
            answer = client.post(response.request["PATH_INFO"], data)
            assert answer.status_code == 302, (row.key, answer.context["error"])
            assert same(Question.objects.get(pk=row.pk).body) == same(row.body)
            kinds.add(row.kind)
            count += 1
    assert count >= 115
    assert kinds >= {"single", "multiple", "true_false", "matching", "ordering", "case"}


@pytest.mark.parametrize(
    ("kind", "fields", "body"),
    [
        ("true_false", {"right": "false"}, {"right": False}),
        ("numerical", {"right": "1,5", "tolerance": "0", "unit-de": "Tage", "unit-en": "days"}, {"right": 1.5}),
        (
            "short_text",
            {"accepted-de": "Brief\nPost\n\nBrief", "accepted-en": "letter"},
            {"accepted": {"de": ["Brief", "Post"], "en": ["letter"]}},
        ),
    ],
)
def test_a_question_is_written(client, cast, edition, kind, fields, body):
    assert create(client, cast, edition, kind, **fields).status_code == 302
    made = edition.questions.get(key="question")
    assert made.kind == kind
    assert {name: made.body[name] for name in body} == body


def test_options_get_free_keys_and_empty_entries_vanish(client, cast, edition):
    fields = {"options-count": "4", "options-right": "3", "options-1-text-de": "Ja", "options-3-text-en": "No"}
    assert create(client, cast, edition, "single", **fields).status_code == 302
    options = edition.questions.get(key="question").body["options"]
    assert [(one["text"]["de"] or one["text"]["en"], one["right"]) for one in options] == [("Ja", False), ("No", True)]
    assert len({one["key"] for one in options}) == 2


def test_entries_are_added_and_moved_by_a_press_and_nothing_is_saved(client, cast, edition):
    fields = {"items-count": "2", "items-1-text-de": "Eins", "items-2-text-de": "Zwei"}
    more = create(client, cast, edition, "ordering", **fields, act="add:items")
    assert len(more.context["sheet"].parts[0].rows) == 4
    moved = create(client, cast, edition, "ordering", **fields, act="up:items:2")
    rows = moved.context["sheet"].parts[0].rows
    assert [row.pairs[0].de for row in rows] == ["Zwei", "Eins"]
    assert not edition.questions.filter(kind="ordering").exists()


def test_pairs_and_wrong_right_sides_never_share_a_key(client, cast, edition):
    fields = {"pairs-count": "2", "distractors-count": "1"}
    fields |= {f"pairs-{n}-{side}-de": f"{side}{n}" for n in (1, 2) for side in ("left", "right")}
    assert create(client, cast, edition, "matching", **fields, **{"distractors-1-text-de": "x"}).status_code == 302
    question = from_json(edition.questions.get(key="question").body)
    assert len(set(question.choices())) == 3


def test_a_case_shows_at_once_what_the_rules_say(client, cast, edition):
    facts = {"fact-purpose": '"private"', "fact-channel": '"messenger"', "fact-platform": '"whatsapp"'}
    shown = create(client, cast, edition, "case", **facts, act="check")
    assert shown.context["sheet"].verdict.outcome == "forbidden"
    assert "PUR-03" in [rule for rule, _reason in shown.context["sheet"].verdict.reasons]
    assert "Not allowed" in shown.content.decode()
    assert create(client, cast, edition, "case", **facts, **{"why-1": "CON-01", "why-2": "TEL-01"}).status_code == 302
    case = from_json(edition.questions.get(key="question").body)
    assert (case.not_offered(), set(case.wrong_whys())) == ((), {"CON-01", "TEL-01"})


def test_what_does_not_work_is_said_in_a_sentence_and_the_words_stay(client, cast, edition):
    response = create(client, cast, edition, "single", **{"options-count": "4", "options-1-text-de": "Nur eine"})
    page = response.content.decode()
    assert response.status_code == 200 and "Error:" in page and "Nur eine" in page and "Frage?" in page
    assert "must list" in page or "exactly one" in page


@pytest.mark.parametrize("data", [{}, {"options-count": "99999999"}, {"act": "up:nothing:-1"}, {"fact-channel": "{"}])
@pytest.mark.parametrize("kind", ["single", "matching", "ordering", "numerical", "short_text", "case", "true_false"])
def test_a_form_nobody_of_us_sent_is_refused_quietly(client, cast, edition, kind, data):
    assert create(client, cast, edition, kind, **data).status_code == 200
    assert edition.questions.count() == 10


def test_a_missing_translation_is_marked(client, cast, edition, now):
    body = courses.question("half", text={"de": "Nur deutsch", "en": ""})
    authoring.save_question(cast.tom, version=edition, values=body, at=now)
    assert "English is missing" in page(client, cast, edition, "half").content.decode()
    bank = client.get(reverse("author_questions", args=[edition.course.slug, 2])).content.decode()
    assert bank.count("English is missing") == 1


def test_of_two_authors_the_second_is_told(client, cast, edition, now):
    response = page(client, cast, edition, "q01")
    data = {**filled(response, having="seen"), "act": "save", "text-en": ["Mine"]}
    authoring.save_question(cast.tom, version=edition, values=courses.question("q01", source="new"), key="q01", at=now)
    answer = client.post(response.request["PATH_INFO"], data)
    assert "Somebody else has changed this" in answer.content.decode()
    assert edition.questions.get(key="q01").body["source"] == "new"


def test_the_preview_is_in_the_language_asked_for(client, cast, edition):
    client.force_login(cast.dora)
    address = reverse("author_question_preview", args=[edition.course.slug, 2, "q01"])
    assert "Question q01 (de)" in client.get(f"{address}?language=de").content.decode()
    english = client.get(f"{address}?language=en").content.decode()
    assert "Question q01<" in english.replace("</legend>", "<") and "Because q01" in english


def test_a_key_is_taken_once(cast, edition, now):
    with pytest.raises(Exception, match="already"):
        authoring.save_question(cast.tom, version=edition, values=courses.question("q01"), at=now)
    with pytest.raises(QuestionError):
        authoring.save_question(cast.tom, version=edition, values={"key": "Not a slug"}, at=now)

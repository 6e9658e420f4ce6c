"""What no browser of ours sends: refused in a sentence or unknown, never a fault of the server."""

import pytest
from django.urls import reverse

from tests.cast import person
from tests.training import courses
from tests.training.quiz import begin
from training.questions import AnswerError, from_json, parse_answer

pytestmark = pytest.mark.django_db


def typed(kind, **fields):
    asked = courses.question("typed", kind=kind, **fields)
    if kind == "short_text":
        asked.pop("right", None)
    return asked


SHORT = typed("short_text", accepted={"de": ["Brief"], "en": ["letter"]})
NUMBER = typed("numerical", right=72)


@pytest.mark.parametrize("address", ["/verify/?number=%00", "/verify/a%00b/", "/verify/%00/"])
def test_the_public_check_knows_no_unprintable_number(client, db, address):
    response = client.get(address)
    assert response.status_code == 200 and "\x00" not in response.content.decode()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/training/certificates/a%00/", 404),
        ("/training/certificates/?q=%00", 200),
        ("/training/certificates/?q=An%00na", 200),
    ],
)
def test_certificates_are_not_found_by_unprintable_words(client, cast, address, status):
    client.force_login(cast.dora)
    assert client.get(address).status_code == status


@pytest.mark.parametrize("value", ["Brief\x00", "7\x002", "\ud800", "a\x01b"])
@pytest.mark.parametrize(("body", "name"), [(SHORT, "text"), (NUMBER, "value")])
def test_what_cannot_be_kept_is_no_answer(body, name, value):
    with pytest.raises(AnswerError, match="Please answer again") as told:
        parse_answer(from_json(body), {name: value})
    assert "\x00" not in str(told.value)


@pytest.mark.parametrize("shown", ["", "[" * 5000, "%00", "text=%00", "&" * 5000])
def test_the_form_of_a_quiz_takes_no_unprintable_words(client, cast, now, shown):
    reader = person("lese", "employee", manager=cast.mona)
    client.force_login(reader)
    version = courses.course(now, slug="typed", questions=[SHORT], draw={"reason": 1}, refresher_draw={})
    attempt = begin(reader, version, now)
    save = reverse("attempt_save", args=[attempt.pk, 1])
    assert client.post(save, {"text": "Brief\x00", "shown": ""}).status_code == 400
    assert client.post(save, {"text": "Brief", "shown": shown}).status_code in (200, 400, 413)
    page = client.post(reverse("attempt_question", args=[attempt.pk, 1]), {"text": "Brief\x00"})
    assert page.status_code == 200 and "Please answer again" in page.content.decode()


def test_a_deeply_nested_fact_is_no_fact(client, cast, now):
    edition = courses.draft(courses.course(now).course, number=2)
    client.force_login(cast.tom)
    address = reverse("author_question_create", args=[edition.course.slug, edition.number, "case"])
    data = {"act": "check", "fact-purpose": "[" * 100_000, "fact-channel": '"email"'}
    assert client.post(address, data).status_code == 200

"""No page of a quiz tells what is right: neither by the names of its fields nor by what they send."""

import random
import re

import pytest
from django.http import QueryDict
from django.urls import reverse

from tests.cast import person
from tests.training import courses
from tests.training.questions import make
from tests.training.quiz import begin, masked
from training import presenting
from training.presenting.masks import Masks
from training.questions import AnswerError, from_json, parse_answer, right_answer

pytestmark = pytest.mark.django_db
KEYED = ("single", "multiple", "matching", "ordering", "case")


@pytest.fixture
def reader(cast, client):
    made = person("lese", "employee", manager=cast.mona)
    client.force_login(made)
    return made


def one_question(now, kind, number=1):
    """A course whose only question has keys that no page would contain by chance."""
    asked = make.question(random.Random(number), kind, number)
    bank = [asked | {"category": "reason"}]
    return courses.course(now, slug=f"{kind}-only", questions=bank, draw={"reason": 1}, refresher_draw={})


@pytest.mark.parametrize("kind", KEYED)
def test_no_key_of_a_choice_stands_in_the_page_or_in_what_saving_tells(reader, client, now, kind):
    attempt = begin(reader, one_question(now, kind), now)
    question = from_json(attempt.questions[0])
    _answer(client, attempt, question)
    shown = client.get(reverse("attempt_question", args=[attempt.pk, 1])).content.decode()
    told = client.post(reverse("attempt_save", args=[attempt.pk, 1]), _fields(question, attempt.seed)).json()
    for key in question.choices():
        assert not re.search(rf'(?:[="\-]|%22){re.escape(key)}(?:["&]|%22)', shown)
        assert key not in re.split(r"[=&]", told["shown"])


def _fields(question, seed):
    """The right answer as the form sends it."""
    view = presenting.shown(question, right_answer(question), seed=seed)
    return dict(QueryDict(view.form).lists())


def _answer(client, attempt, question):
    fields = _fields(question, attempt.seed)
    assert client.post(reverse("attempt_question", args=[attempt.pk, 1]), fields).status_code == 302
    assert attempt.answers.get().answer == parse_answer(question, right_answer(question))


@pytest.mark.parametrize("kind", KEYED)
def test_a_bare_key_is_not_taken(reader, client, now, kind):
    """Else whoever knows that a pair shares its key answers without reading."""
    attempt = begin(reader, one_question(now, kind), now)
    key = from_json(attempt.questions[0]).choices()[0]
    fields = dict.fromkeys(("chosen", "why", "pair-1", "place-1"), key) | {"outcome": "forbidden"}
    refused = client.post(reverse("attempt_save", args=[attempt.pk, 1]), fields)
    assert refused.status_code == 400 and "Please answer again" in refused.json()["message"]
    assert not attempt.answers.exists()


def test_another_attempt_has_other_masks(reader, now):
    version = one_question(now, "single")
    question = from_json(version.questions.get().body)
    first, second = ([Masks(question, seed).hide(key) for key in question.choices()] for seed in (1, 2))
    assert set(first) & set(second) == set()
    attempt = begin(reader, version, now)
    assert masked(attempt) == masked(attempt)


@pytest.mark.parametrize("kind", make.KINDS)
def test_what_a_form_shows_is_what_it_sends_back(now, kind):
    chance = random.Random(7)
    for number in range(40):
        body = make.question(chance, kind, number)
        question = from_json(body)
        try:
            answer = parse_answer(question, make.answer(chance, body))
        except AnswerError:
            continue
        sent = QueryDict(presenting.shown(question, answer, seed=number).form)
        assert parse_answer(question, presenting.given_in(sent, question, seed=number)) == answer

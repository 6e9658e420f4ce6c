"""A rule change turns the right answer of a case: authors are told once, attempts that run keep their answer."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.urls import reverse

from contacts.policy import RULE_SET_1
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import person
from tests.training import courses
from training.models import Question
from training.questions import from_json, right_answer
from training.selectors.attempts import earned
from training.selectors.authoring import flipped_cases
from training.services import check_cases, quiz

pytestmark = pytest.mark.django_db
PRIVATE = {"purpose": "private", "channel": "messenger", "platform": "whatsapp"}
WITHOUT_PRIVATE = replace(RULE_SET_1, rules=tuple(rule for rule in RULE_SET_1.rules if rule.id != "PUR-03"))


def case(key: str = "case", **facts) -> dict:
    made = courses.question(key, kind="case", facts=PRIVATE | facts, why=["PUR-03", "CON-01", "TEL-01"])
    made.pop("right")
    return made


@pytest.fixture
def version(cast, now):
    return courses.course(now, questions=[case(), courses.question("plain")], draw={"reason": 2}, refresher_draw={})


def test_without_a_rule_change_nothing_is_flagged(version, now):
    assert flipped_cases() == []
    assert check_cases(at=now) == 0
    assert not OutboxMessage.objects.exists()


def test_a_rule_change_flags_the_cases_whose_answer_flipped(version, cast, now):
    (flip,) = flipped_cases(WITHOUT_PRIVATE)
    assert flip.question.key == "case" and flip.question.recorded_rules == ["PUR-03"]
    assert (flip.outcome, flip.rules) != (flip.question.recorded_outcome, tuple(flip.question.recorded_rules))


def test_authors_are_told_once_and_again_when_the_rules_change_again(version, cast, now):
    author, both = person("ute", "training_author"), [case(sending_account="private_account")]
    both[0]["why"].append("ACC-01")
    courses.course(now, kind="approver", questions=both, draw={"reason": 1}, refresher_draw={})
    for _turn in range(3):
        assert check_cases(at=now, rules=WITHOUT_PRIVATE) == 2
    told = OutboxMessage.objects.filter(topic="cases_flipped")
    assert {one.recipient for one in told.all()} == {cast.tom, author} and told.count() == 2
    fewer = tuple(rule for rule in WITHOUT_PRIVATE.rules if rule.id != "ACC-01")
    check_cases(at=now, rules=replace(RULE_SET_1, rules=fewer))
    assert told.count() == 4
    deliver_due(at=now)
    assert not told.filter(done_at__isnull=True).exists(), told.last().last_error


def test_the_page_of_authors_lists_them(version, cast, now, client, monkeypatch):
    monkeypatch.setattr(flipped_cases, "__defaults__", (WITHOUT_PRIVATE,))
    client.force_login(cast.tom)
    for address in (reverse("author_courses"), reverse("author_course", args=[version.course.slug])):
        page = client.get(address).content.decode()
        assert "The rules have changed these answers" in page and "PUR-03" in page


def test_the_command_lists_them(version, capsys, monkeypatch):
    call_command("check_cases")
    assert "0 cases have flipped" in capsys.readouterr().out
    monkeypatch.setattr(flipped_cases, "__defaults__", (WITHOUT_PRIVATE,))
    monkeypatch.setattr(check_cases, "__kwdefaults__", {"rules": WITHOUT_PRIVATE})
    call_command("check_cases")
    printed = capsys.readouterr().out
    assert "basic-course 1, case: was forbidden (PUR-03), is " in printed and "1 cases have flipped" in printed


def test_a_case_that_the_rules_can_no_longer_decide_is_flagged_too(version, cast, now, monkeypatch):
    def refuse(*_args):
        raise ValueError

    monkeypatch.setattr("training.selectors.authoring.case_verdict", refuse)
    (flip,) = flipped_cases()
    assert flip.outcome == ""


def test_an_attempt_keeps_the_answer_that_was_right_when_it_began(version, cast, now):
    attempt = quiz.start(cast.anna, version=version, refresher=False, at=now)
    question = from_json(Question.objects.get(key="case").body)
    assert attempt.verdicts == {"case": right_answer(question)}
    given = {"outcome": "forbidden", "why": ["PUR-03"]}
    assert earned(question, given, attempt.verdicts) == 1
    other = {"case": {"outcome": "allowed", "why": []}}
    assert earned(question, given, other) == 0, "the frozen verdict decides, not the rules of today"

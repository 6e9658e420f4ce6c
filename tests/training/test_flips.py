"""A rule change turns the right answer of a case: authors are told once, attempts that run keep their answer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from contacts import policy
from contacts.policy import RULE_SET_1
from portal.outbox.delivery import deliver_due
from portal.outbox.models import OutboxMessage
from tests.cast import person
from tests.rulebook.sets import STRICTER, released
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


def now_without(rules, monkeypatch):
    """Another release of the portal ships other rules."""
    monkeypatch.setattr(policy, "RULE_SET_1", rules)


@pytest.fixture
def version(cast, now):
    return courses.course(now, questions=[case(), courses.question("plain")], draw={"reason": 2}, refresher_draw={})


def test_without_a_rule_change_nothing_is_flagged(version, now):
    assert flipped_cases(RULE_SET_1) == []
    assert check_cases(at=now) == 0
    assert not OutboxMessage.objects.exists()


def test_a_rule_change_flags_the_cases_whose_answer_flipped(version, cast, now):
    (flip,) = flipped_cases(WITHOUT_PRIVATE)
    assert flip.question.key == "case" and flip.question.recorded_rules == ["PUR-03"]
    assert (flip.outcome, flip.rules) != (flip.question.recorded_outcome, tuple(flip.question.recorded_rules))


def test_authors_are_told_once_and_again_when_the_rules_change_again(version, cast, now, monkeypatch):
    author, both = person("ute", "training_author"), [case(sending_account="private_account")]
    both[0]["why"].append("ACC-01")
    courses.course(now, kind="approver", questions=both, draw={"reason": 1}, refresher_draw={})
    now_without(WITHOUT_PRIVATE, monkeypatch)
    for _turn in range(3):
        assert check_cases(at=now) == 2
    told = OutboxMessage.objects.filter(topic="cases_flipped")
    assert {one.recipient for one in told.all()} == {cast.tom, author} and told.count() == 2
    fewer = tuple(rule for rule in WITHOUT_PRIVATE.rules if rule.id != "ACC-01")
    now_without(replace(RULE_SET_1, rules=fewer), monkeypatch)
    check_cases(at=now)
    assert told.count() == 4
    deliver_due(at=now)
    assert not told.filter(done_at__isnull=True).exists(), told.last().last_error


def test_the_page_of_authors_lists_them(version, cast, now, client, monkeypatch):
    now_without(WITHOUT_PRIVATE, monkeypatch)
    client.force_login(cast.tom)
    for address in (reverse("author_courses"), reverse("author_course", args=[version.course.slug])):
        page = client.get(address).content.decode()
        assert "The rules have changed these answers" in page and "PUR-03" in page


def test_the_command_lists_them(version, capsys, monkeypatch):
    call_command("check_cases")
    assert "0 cases have flipped" in capsys.readouterr().out
    now_without(WITHOUT_PRIVATE, monkeypatch)
    call_command("check_cases")
    printed = capsys.readouterr().out
    assert "basic-course 1, case: was forbidden (PUR-03), is " in printed and "1 cases have flipped" in printed


def test_a_case_that_the_rules_can_no_longer_decide_is_flagged_too(version, cast, now, monkeypatch):
    def refuse(*_args):
        raise ValueError

    monkeypatch.setattr("training.selectors.authoring.case_verdict", refuse)
    (flip,) = flipped_cases(RULE_SET_1)
    assert flip.outcome == ""


def test_an_attempt_keeps_the_answer_that_was_right_when_it_began(version, cast, now):
    attempt = quiz.start(cast.anna, version=version, refresher=False, at=now)
    question = from_json(Question.objects.get(key="case").body)
    assert attempt.verdicts == {"case": right_answer(question)}
    given = {"outcome": "forbidden", "why": ["PUR-03"]}
    assert earned(question, given, attempt.verdicts) == 1
    other = {"case": {"outcome": "allowed", "why": []}}
    assert earned(question, given, other) == 0, "the frozen verdict decides, not the rules of today"


# --- the company releases another rule set


CHAT = {"purpose": "service", "channel": "messenger", "platform": "whatsapp"}


def chat_case() -> dict:
    made = courses.question("chat", kind="case", facts=CHAT, why=["SRV-03", "CON-01", "TEL-01"])
    made.pop("right")
    return made


def test_a_released_rule_set_turns_cases_from_its_day_on(cast, now):
    later = now + timedelta(days=1)
    version = courses.course(now, questions=[chat_case()], draw={"reason": 1}, refresher_draw={})
    released(cast, now, STRICTER, effective_from=later)
    assert [check_cases(at=now), check_cases(at=later)] == [0, 1]
    begun = [
        quiz.start(one, version=version, refresher=False, at=at) for one, at in ((cast.anna, now), (cast.sven, later))
    ]
    outcomes = [attempt.verdicts["chat"]["outcome"] for attempt in begun]
    assert outcomes == ["needs_dpo_approval", "forbidden"]


def test_the_authors_hear_of_it_when_the_event_of_the_release_is_delivered(cast, now):
    courses.course(now, questions=[chat_case()], draw={"reason": 1}, refresher_draw={})
    released(cast, now, STRICTER)
    deliver_due(at=now)
    assert OutboxMessage.objects.filter(topic="cases_flipped", recipient=cast.tom).count() == 1

"""Submitting and grading: one result per attempt, whoever presses how often."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction

from portal.audit.services import Job
from portal.rows import one_by_one
from training.models import Answer, Attempt, ItemStat
from training.questions import from_json
from training.rules import percent
from training.selectors.attempts import earned
from training.services.certificates import issue_certificate
from training.services.quiz.common import lock_attempt, version_now

if TYPE_CHECKING:
    from portal.people.models import User

CLOSE = Job("training.close_attempts")
#: A typed number is kept for statistics; other typed words may tell who somebody is, so they are not.
_NUMBER = re.compile(r"[-+−]?[\d.,'’ ]{1,20}")


@dataclass(frozen=True, slots=True)
class Result:
    """A graded attempt; `shares` says what each question earned, and is empty when it had been graded before."""

    attempt: Attempt
    shares: Mapping[str, Fraction]


@transaction.atomic
def submit(acting_user: User, *, attempt: Attempt, at: datetime) -> Result:
    """Grade the attempt with the answers saved so far (after the deadline: those saved by then).

    A second press, a second tab, or the clock that was faster: the one result there is, and nothing changes.
    """
    locked = lock_attempt(attempt, acting_user)
    if locked.submitted_at is not None:
        return Result(locked, {})
    return Result(locked, _grade(acting_user, locked, at))


def close_overdue(*, at: datetime) -> int:
    """Grade the attempts whose time is over and that nobody submitted; returns how many."""
    overdue = Attempt.objects.open().filter(deadline_at__lt=at).order_by("pk")
    return one_by_one(overdue.only("pk", "person_id"), partial(_close, at=at))


@transaction.atomic
def _close(attempt: Attempt, at: datetime) -> int:
    locked = lock_attempt(attempt)
    if locked.submitted_at is not None or not locked.is_over(at):
        return 0
    _grade(CLOSE, locked, at)
    return 1


def _grade(actor: User | Job, attempt: Attempt, at: datetime) -> Mapping[str, Fraction]:
    """Nobody passes by a version that was withdrawn, even an instant ago: it is read anew and held."""
    attempt.version = version_now(attempt.version)
    answers = dict(Answer.objects.filter(attempt=attempt).values_list("question_key", "answer"))
    shares = {
        body["key"]: earned(from_json(body), answers.get(body["key"]), attempt.verdicts) for body in attempt.questions
    }
    total = sum(shares.values(), Fraction(0)) / len(shares)
    enough = total * 100 >= attempt.version.pass_mark
    attempt.passed = enough and attempt.version.withdrawn_at is None
    attempt.withheld = enough and not attempt.passed
    attempt.score = percent(total)
    attempt.submitted_at = at if attempt.deadline_at is None else min(at, attempt.deadline_at)
    attempt.save(update_fields=["passed", "withheld", "score", "submitted_at"])
    _count(attempt, shares, total, answers)
    if attempt.passed:
        issue_certificate(actor, attempt=attempt, at=at)
        _forget_answers(attempt)
    return shares


def _count(attempt: Attempt, shares: Mapping[str, Fraction], total: Fraction, answers: Mapping[str, Any]) -> None:
    """Statistics without the person, in no order."""
    kinds = {body["key"]: body["kind"] for body in attempt.questions}
    rows = [
        ItemStat(
            version=attempt.version,
            question_key=key,
            attempt_ordinal=attempt.ordinal,
            refresher=attempt.refresher,
            share=float(share),
            total=float(total),
            chosen=_without_words(kinds[key], answers.get(key) or {}),
        )
        for key, share in shares.items()
    ]
    random.shuffle(rows)
    ItemStat.objects.bulk_create(rows)


def _without_words(kind: str, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    if kind == "short_text" or (kind == "numerical" and not _NUMBER.fullmatch(str(answer.get("value", "")))):
        return {}
    return answer


def _forget_answers(attempt: Attempt) -> None:
    """Passed: the answers of this attempt and of the failed ones before it are deleted, the results stay."""
    mine = Attempt.objects.filter(person=attempt.person, version__course=attempt.version.course)
    Answer.objects.filter(attempt__in=mine.filter(submitted_at__isnull=False)).delete()

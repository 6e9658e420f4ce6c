"""Submitting and grading: one result per attempt, whoever presses how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from portal.audit.services import Job
from portal.rows import one_by_one
from training.models import Answer, Attempt
from training.questions import from_json
from training.rules import RETIRED_COUNTS_DAYS, may_refresh, percent
from training.selectors.attempts import earned
from training.selectors.courses import last_end
from training.services.certificates import issue_certificate
from training.services.common import NotNow
from training.services.quiz.common import lock_attempt, version_now
from training.services.quiz.counting import count

if TYPE_CHECKING:
    from portal.people.models import User

CLOSE = Job("training.close_attempts")


@dataclass(frozen=True, slots=True)
class Result:
    """A graded attempt; `shares` says what each question earned, and is empty when it had been graded before."""

    attempt: Attempt
    shares: Mapping[str, Fraction]


@transaction.atomic
def submit(acting_user: User, *, attempt: Attempt, at: datetime) -> Result:
    """Grade the attempt with the answers saved so far (after the deadline: those saved by then).

    A second press, a second tab, or the clock that was faster: the one result there is, and nothing changes. Raises
    NotNow where nothing is answered: such a press is a slip, or asks for another draw.
    """
    locked = lock_attempt(attempt, acting_user)
    if locked.submitted_at is not None:
        return Result(locked, {})
    if not locked.is_over(at) and not locked.answers.filter(answer__isnull=False).exists():
        raise NotNow(_("You have not answered anything yet, so nothing was submitted. Answer what you can first."))
    return Result(locked, _grade(acting_user, locked, at))


def close_overdue(*, at: datetime) -> int:
    """Grade the attempts that have ended and that nobody submitted, and those that a pass of the same course left
    behind, so that no answers are kept for ever; returns how many."""
    since = at - timedelta(days=RETIRED_COUNTS_DAYS)
    retired = Q(version__retired_at__lt=since) | Q(version__course__retired_at__lt=since)
    passes = _passes(OuterRef("person"), OuterRef("version__course"), since=OuterRef("started_at"))
    left_behind = Q(Exists(passes.filter(submitted_at__lt=since)))
    overdue = Attempt.objects.open().filter(Q(deadline_at__lt=at) | retired | left_behind).order_by("pk")
    return one_by_one(overdue.only("pk", "person_id"), partial(_close, at=at))


def _passes(person: Any, course: Any, *, since: Any) -> QuerySet[Attempt]:
    found = Attempt.objects.filter(passed=True, person=person, version__course=course, submitted_at__gt=since)
    return found.order_by()


def _later_passes(attempt: Attempt) -> QuerySet[Attempt]:
    return _passes(attempt.person_id, attempt.version.course_id, since=attempt.started_at)


@transaction.atomic
def _close(attempt: Attempt, at: datetime) -> int:
    locked = lock_attempt(attempt)
    left_behind = _later_passes(locked).filter(submitted_at__lt=at - timedelta(days=RETIRED_COUNTS_DAYS))
    if locked.submitted_at is not None or not (locked.is_over(at) or left_behind.exists()):
        return 0
    _grade(CLOSE, locked, at)
    return 1


def _grade(actor: User | Job, attempt: Attempt, at: datetime) -> Mapping[str, Fraction]:
    """Nobody passes by a version that was withdrawn, even an instant ago: it is read anew and held. Nor by a refresher
    that was begun in time and finished when the certificate it renews had long ended."""
    attempt.version = version_now(attempt.version)
    answers = dict(Answer.objects.filter(attempt=attempt).values_list("question_key", "answer"))
    shares = {
        body["key"]: earned(from_json(body), answers.get(body["key"]), attempt.verdicts) for body in attempt.questions
    }
    total = sum(shares.values(), Fraction(0)) / len(shares)
    enough = total * 100 >= attempt.version.pass_mark
    attempt.submitted_at = min(at, attempt.ends_at or at)
    attempt.passed = enough and attempt.version.withdrawn_at is None and _way_is_open(attempt)
    attempt.withheld = enough and not attempt.passed
    attempt.score = percent(total)
    attempt.save(update_fields=["passed", "withheld", "score", "submitted_at"])
    if attempt.passed:
        issue_certificate(actor, attempt=attempt, at=at)
        _forget_answers(attempt)
    elif _later_passes(attempt).exists():
        Answer.objects.filter(attempt=attempt).delete()
    count(attempt, shares, total, answers)  # last: others wait for these sums
    return shares


def _way_is_open(attempt: Attempt) -> bool:
    day = localdate(attempt.submitted_at)
    return not attempt.refresher or may_refresh(last_end(attempt.person_id, attempt.version.course, today=day), day)


def _forget_answers(attempt: Attempt) -> None:
    """Passed: the answers of this attempt and of the failed ones before it are deleted, the results stay. What still
    runs then loses its answers when it is graded."""
    mine = Attempt.objects.filter(person=attempt.person, version__course=attempt.version.course)
    Answer.objects.filter(attempt__in=mine.filter(submitted_at__isnull=False)).delete()

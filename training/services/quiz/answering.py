"""Saving answers, one by one, as they are given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from training.models import Answer, Attempt
from training.questions import AnswerError, from_json, parse_answer
from training.services.common import NotNow
from training.services.quiz.common import lock_attempt

if TYPE_CHECKING:
    from portal.people.models import User

UNSEEN: Mapping[str, Any] = {}


@transaction.atomic
def save_answer(
    acting_user: User,
    *,
    attempt: Attempt,
    key: str,
    given: Mapping[str, Any] | None,
    flagged: bool,
    at: datetime,
    shown: Mapping[str, Any] | None = UNSEEN,
    shown_flagged: bool | None = None,
) -> Answer:
    """Keep an answer (None = nothing chosen) and whether it is flagged. Once its transaction has committed, it counts.

    `shown` and `shown_flagged` are what the page had displayed: a page in a second tab that changed nothing does not
    overwrite what the first tab saved meanwhile. Raises NotNow when the attempt has ended, AnswerError for what no
    form of ours sends.
    """
    locked = lock_attempt(attempt, acting_user)
    _demand_running(locked, at)
    question = from_json(_body(locked, key))
    answer = parse_answer(question, given)
    row = Answer.objects.filter(attempt=locked, question_key=key).first()
    row = row or Answer(attempt=locked, question_key=key)
    before = row.answer, row.flagged
    if shown is UNSEEN or answer != parse_answer(question, shown):
        row.answer = answer
    if shown_flagged is None or flagged != shown_flagged:
        row.flagged = flagged
    if (row.answer, row.flagged) != before:
        row.saved_at = at
        row.save()
    return row


def _demand_running(attempt: Attempt, at: datetime) -> None:
    if attempt.submitted_at is not None:
        raise NotNow(_("This attempt has been submitted, so this answer was not taken."))
    if attempt.is_over(at):
        raise NotNow(_("The time is over, so this answer was not taken. What you saved before counts."))


def _body(attempt: Attempt, key: str) -> Mapping[str, Any]:
    for body in attempt.questions:
        if body["key"] == key:
            return body
    raise AnswerError(gettext_noop("This attempt has no question “%(key)s”."), key=key)

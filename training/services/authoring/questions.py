"""The question bank of a draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from training.models import CourseVersion, Question
from training.questions import from_json, to_json
from training.services.authoring.common import demand_as_seen, lock_draft, note
from training.services.common import NotNow

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def save_question(
    acting_user: User,
    *,
    version: CourseVersion,
    values: Mapping[str, Any],
    at: datetime,
    key: str = "",
    seen: str = "",
) -> Question:
    """Write a question of the bank: a new one, or the one with `key`, whose key and kind stay.

    `values` is the JSON of `training.questions`; raises QuestionError with a sentence for what it refuses, and NotNow.
    """
    draft = lock_draft(acting_user, version)
    row = _lock(draft, key) if key else _new(draft, str(values.get("key", "")))
    if key:
        demand_as_seen(row.body, seen)
        values = {**values, "key": key, "kind": row.kind}
    write(row, values)
    row.save()
    note(acting_user, draft, "question_changed" if key else "question_added", at=at, question=row.key)
    return row


def write(row: Question, values: Mapping[str, Any]) -> None:
    """Fill the row from the JSON of a question, checked and in its one form."""
    question = from_json(values)
    row.key, row.category, row.kind = question.key, question.category, question.kind
    row.body = to_json(question)


def _new(draft: CourseVersion, key: str) -> Question:
    if draft.questions.filter(key=key).exists():
        raise NotNow(_("Another question has the short name “%(key)s” already. Choose another one.") % {"key": key})
    last = draft.questions.aggregate(last=Max("position"))["last"]
    return Question(version=draft, position=(last or 0) + 1)


@transaction.atomic
def remove_question(acting_user: User, *, version: CourseVersion, key: str, at: datetime) -> None:
    draft = lock_draft(acting_user, version)
    _lock(draft, key).delete()
    note(acting_user, draft, "question_removed", at=at, question=key)


def _lock(draft: CourseVersion, key: str) -> Question:
    found = draft.questions.select_for_update().filter(key=key).first()
    if found is None:
        raise NotNow(_("This question has been removed meanwhile. Nothing was changed."))
    return found


def free_key(wish: str, taken: Collection[str]) -> str:
    """The wish, or the wish with the first number that is free."""
    names = (wish if number == 1 else f"{wish[:70]}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)

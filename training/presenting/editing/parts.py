"""Which lists a kind of question has, and which words each entry carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Values = dict[str, Any]
LANGUAGES = ("de", "en")
MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """A list of a question. `columns`: the name and label of each text of an entry; `start`: empty rows to begin with;
    `right`: how an entry is marked as right, `one`, `several` or not at all; `ordered`: the order is the answer."""

    name: str
    title: str | Promise
    columns: tuple[tuple[str, str | Promise], ...]
    start: int
    right: str = ""
    ordered: bool = False


_ANSWER = (("text", _("Answer")),)
PARTS: Mapping[str, tuple[Part, ...]] = {
    "single": (Part("options", _("Answers to choose from"), _ANSWER, 4, right="one"),),
    "multiple": (Part("options", _("Answers to choose from"), _ANSWER, 4, right="several"),),
    "matching": (
        Part("pairs", _("Pairs"), (("left", _("Left side")), ("right", _("What belongs to it"))), 3),
        Part("distractors", _("Right sides that belong to nothing"), (("text", _("Wrong right side")),), 1),
    ),
    "ordering": (Part("items", _("Steps in the right order"), (("text", _("Step")),), 4, ordered=True),),
}


def empty_row(part: Part, taken: set[str]) -> Values:
    """An entry without words, under a key that is free."""
    names = [*ascii_lowercase, *(f"k{number}" for number in range(27, 27 + 2 * MOST_ROWS))]
    row: Values = {"key": next(name for name in names if name not in taken)}
    row |= {column: dict.fromkeys(LANGUAGES, "") for column, _label in part.columns}
    return row | ({"right": False} if part.right else {})


def with_empty_rows(rows: list[Values], part: Part, count: int, others: list[Values]) -> list[Values]:
    """So many more empty entries, at most MOST_ROWS in all; `others` are entries whose keys are taken as well."""
    rows = list(rows)
    for _turn in range(min(count, MOST_ROWS - len(rows))):
        rows.append(empty_row(part, {row["key"] for row in [*rows, *others]}))
    return rows


def is_empty(row: Values, part: Part) -> bool:
    return not any(row[column][language].strip() for column, _label in part.columns for language in LANGUAGES)

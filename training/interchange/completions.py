"""Completions for others: xAPI 1.0.3 statements and a CSV file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from portal.cells import Table
from training.questions import Text
from training.questions.errors import gettext_noop

_VERBS = {
    "completed": {"en": "completed", "de": "abgeschlossen"},
    "passed": {"en": "passed", "de": "bestanden"},
}
HEADINGS = (
    gettext_noop("Name"),
    gettext_noop("Department"),
    gettext_noop("Course"),
    gettext_noop("Version"),
    gettext_noop("Passed on"),
    gettext_noop("Valid until"),
    gettext_noop("Certificate"),
)


@dataclass(frozen=True, slots=True)
class Completion:
    """One certificate. `person` is an opaque identifier that stays the same, neither a name nor a mail address.

    `by_quiz` False = recorded by hand, so that nothing was passed here. `moment` is timezone-aware. Scores are not
    told to anybody, so there is none.
    """

    person: str
    name: str
    department: str
    course: str
    title: Text
    version: int
    number: str
    moment: datetime
    valid_until: date
    by_quiz: bool = True


def xapi_statements(completions: Iterable[Completion], home: str) -> list[dict[str, object]]:
    """`completed` for each, and `passed` where a quiz stands behind it; `home` is the portal's address.

    Source: xAPI 1.0.3, part two. The actor is an account, so that no mail address leaves the house. The id is made
    from the number of the certificate: sending twice stores once.
    """
    statements = []
    for completion in completions:
        verbs = ("completed", "passed") if completion.by_quiz else ("completed",)
        statements += [_statement(completion, verb, home.rstrip("/")) for verb in verbs]
    return statements


def _statement(completion: Completion, verb: str, home: str) -> dict[str, object]:
    if completion.moment.tzinfo is None:
        raise ValueError("The moment of a completion needs a time zone.")
    activity = f"{home}/xapi/courses/{completion.course}/{completion.version}"
    return {
        "id": str(uuid5(UUID(int=0), f"{home}/{completion.number}/{verb}")),
        "version": "1.0.3",
        "actor": {"objectType": "Agent", "account": {"homePage": f"{home}/", "name": completion.person}},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": _VERBS[verb]},
        "object": {
            "objectType": "Activity",
            "id": activity,
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/course",
                "name": {name: words for name, words in completion.title.to_json().items() if words},
            },
        },
        "result": {"completion": True, **({"success": True} if verb == "passed" else {})},
        "context": {
            "platform": "Kontaktklar",
            "extensions": {
                f"{home}/xapi/certificate": completion.number,
                f"{home}/xapi/valid-until": completion.valid_until.isoformat(),
            },
        },
        "timestamp": completion.moment.isoformat(timespec="seconds"),
    }


def completions_csv(completions: Iterable[Completion], language: str, headings: Sequence[str] = HEADINGS) -> bytes:
    """A file for German Excel: semicolons, UTF-8 with a byte order mark, dates as ISO 8601, no cell a formula.

    `headings` are HEADINGS, translated by the page. It names people, so the opaque word of the statements is not in it:
    side by side they would name everybody in the statements too.
    """
    file = io.StringIO(newline="")
    table = Table(file)
    table.row(headings)
    for one in completions:
        cells = (one.name, one.department, one.title.in_(language), str(one.version))
        days = (one.moment.date().isoformat(), one.valid_until.isoformat())
        table.row((*cells, *days, one.number))
    return file.getvalue().encode("utf-8-sig")

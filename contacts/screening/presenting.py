"""A screening in words: how far it is, what it found, and its answers in the reader's language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts import policy
from contacts.customers.importing.limits import figure
from contacts.screening import storing
from contacts.screening.models import Screening
from contacts.screening.running import REFUSED, sentences
from portal.vocabulary import Outcome

OUTCOMES = (*Outcome.choices, (REFUSED, gettext_lazy("No answer: the row says why")))
#: How the outcomes are coloured, as everywhere.
TONES = {
    "allowed": "allowed",
    "needs_manager_approval": "manager",
    "needs_dpo_approval": "dpo",
    "forbidden": "forbidden",
    REFUSED: "quiet",
}
BLOCK = 1 << 16
OUTCOME, RULES, REASON = 2, 3, 4  # places in a line of the result
RULE_BY_ID = {rule.id: rule for rule in policy.RULE_SET_1.rules}


def progress(screening: Screening) -> dict[str, Any]:
    """What the progress element shows."""
    done, most = screening.rows_done, screening.rows
    if screening.state == Screening.State.QUEUED:
        text = _("The list waits for its turn.")
    elif not most:
        text = _("The rows are being counted.")
    else:
        text = _("%(done)s of %(all)s") % {"done": figure(done), "all": figure(most)}
    return {"screening": screening, "done": done, "most": max(most, 1), "known": bool(most), "text": text}


def page_of(screening: Screening, at: datetime) -> dict[str, Any]:
    """Everything that the page of one screening shows."""
    counted = [(TONES[name], label, screening.counts.get(name, 0)) for name, label in OUTCOMES]
    return {"counted": counted, "has_result": screening.has_result(at), **progress(screening)}


def result(screening: Screening, language: str) -> Iterator[bytes]:
    """The answers as CSV, as a stream, with the reasons in a language (de or en)."""
    pieces = storing.pieces(screening, storing.Part.RESULT)
    return pieces if language == screening.language else _translated(pieces, screening.language, language)


def _translated(pieces: Iterator[bytes], spoken: str, language: str) -> Iterator[bytes]:
    refusals = dict(zip(_refusals(spoken), _refusals(language), strict=True))
    reader = csv.reader(_lines(pieces), delimiter=";")
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    out.write("\ufeff")
    for number, cells in enumerate(reader):
        if number:
            cells[REASON] = refusals[cells[REASON]] if cells[OUTCOME] == REFUSED else _reason(cells[RULES], language)
        writer.writerow(cells)
        if out.tell() > BLOCK:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _lines(pieces: Iterator[bytes]) -> Iterator[str]:
    return io.TextIOWrapper(io.BufferedReader(storing.Stream(pieces)), encoding="utf-8-sig", newline="")


def _refusals(language: str) -> list[str]:
    with translation.override(language):
        return [str(sentence) for sentence in sentences().values()]


def _reason(rules: str, language: str) -> str:
    found = [RULE_BY_ID[rule] for rule in rules.split()]
    return " ".join(rule.reason_de if language == "de" else rule.reason_en for rule in found)

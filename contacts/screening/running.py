"""A list from file to file: read, gather, decide, write."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from contacts.rulebook.selectors import rule_set_in_force
from contacts.screening import reading
from contacts.screening.asking import Asked, Refused, SenderOn
from contacts.screening.gathering import Found, Gathered, gather
from portal.cells import harmless

HEADER = ("line", "reference", "outcome", "deciding_rules", "reason")
REFUSED = "refused"
Cells = tuple[object, ...]
#: Called with rows that have their answer, and all rows.
Progress = Callable[[int, int], None]
TOLD_EVERY = 1_000


def screen(
    path: Path,
    out: Path,
    *,
    asked: Asked,
    sender_on: SenderOn,
    at: datetime,
    language: str = "de",
    by: str = "",
    progress: Progress | None = None,
) -> Counter[str]:
    """Answer every row of the list, and return how many rows got which outcome.

    The result is a CSV file for German Excel; it is there as a whole or not at all. Raises FileRefused for a list that
    cannot be read, and KeysMissing. `by` says which column names the customers (a Kind; else the first that says
    something); `progress` is told now and then how many rows of how many have their answer.
    """
    source = reading.inspect(path, by=by)
    part = out.with_name(f"{out.name}.part")
    try:
        with transaction.atomic(), part.open("w", encoding="utf-8-sig", newline="") as file:
            rules = rule_set_in_force(at)
            listed = reading.references(source, by=by)
            gathered = gather(listed, asked=asked, sender_on=sender_on, at=at, rule_set=rules)
            if progress is not None:
                gathered = replace(gathered, rows=_told(gathered.rows, source.rows, progress))
            counts = _write(csv.writer(file, delimiter=";"), gathered, language)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
    return counts


def _told(rows: Iterator[Found], most: int, progress: Progress) -> Iterator[Found]:
    for number, row in enumerate(rows, 1):
        if number % TOLD_EVERY == 0:
            progress(number, most)
        yield row


def _write(writer: Any, gathered: Gathered, language: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    writer.writerow(HEADER)
    writer.writerows(_lines(gathered, language, counts))
    return counts


def _lines(gathered: Gathered, language: str, counts: Counter[str]) -> Iterator[Cells]:
    """What is said of a case is put together once; a row only adds which one it is."""
    with translation.override(language):
        refusals = {word.value: (REFUSED, "", str(sentence)) for word, sentence in sentences().items()}
    said: dict[str, tuple[str, str, str]] = {}
    for row in gathered.rows:
        tail = refusals[row.refused] if row.refused else said.get(row.case)
        if tail is None:
            verdict = gathered.decider.verdict(row.case)
            tail = said[row.case] = (verdict.outcome, verdict.deciding_rules, verdict.reason(language))
        counts[tail[0]] += 1
        yield (row.line, harmless(row.value), *tail)


def sentences() -> dict[Refused, str]:
    """Why a row has no answer, in the language of the moment."""
    return {
        Refused.UNKNOWN: _("There is no such customer."),
        Refused.ERASED: _("This customer has been erased and must not be contacted."),
        Refused.AMBIGUOUS: _("Several customers have this address. Name the customer by number."),
        Refused.NO_ADDRESS: _("The customer has no address of this kind."),
        Refused.SEVERAL_ADDRESSES: _("The customer has several addresses of this kind. Name the one that is meant."),
    }

"""A list from file to file: read, gather, decide, write."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from contacts.customers.importing.report import harmless
from contacts.rulebook.selectors import rule_set_in_force
from contacts.screening import reading
from contacts.screening.asking import Asked, Refused, SenderOn
from contacts.screening.gathering import Gathered, gather

HEADER = ("line", "reference", "outcome", "deciding_rules", "reason")
REFUSED = "refused"
Cells = tuple[object, ...]


def screen(
    path: Path, out: Path, *, asked: Asked, sender_on: SenderOn, at: datetime, language: str = "de"
) -> Counter[str]:
    """Answer every row of the list, and return how many rows got which outcome.

    The result is a CSV file for German Excel; it is there as a whole or not at all. Raises FileRefused for a list that
    cannot be read, and KeysMissing.
    """
    source = reading.inspect(path)
    part = out.with_name(f"{out.name}.part")
    try:
        with transaction.atomic(), part.open("w", encoding="utf-8-sig", newline="") as file:
            rules = rule_set_in_force(at)
            gathered = gather(reading.references(source), asked=asked, sender_on=sender_on, at=at, rule_set=rules)
            counts = _write(csv.writer(file, delimiter=";"), gathered, language)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
    return counts


def _write(writer: Any, gathered: Gathered, language: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    writer.writerow(HEADER)
    writer.writerows(_lines(gathered, language, counts))
    return counts


def _lines(gathered: Gathered, language: str, counts: Counter[str]) -> Iterator[Cells]:
    """What is said of a case is put together once; a row only adds which one it is."""
    with translation.override(language):
        refusals = {word.value: (REFUSED, "", str(sentence)) for word, sentence in _sentences().items()}
    said: dict[str, tuple[str, str, str]] = {}
    for row in gathered.rows:
        tail = refusals[row.refused] if row.refused else said.get(row.case)
        if tail is None:
            verdict = gathered.decider.verdict(row.case)
            tail = said[row.case] = (verdict.outcome, verdict.deciding_rules, verdict.reason(language))
        counts[tail[0]] += 1
        yield (row.line, harmless(row.value), *tail)


def _sentences() -> dict[Refused, str]:
    return {
        Refused.UNKNOWN: _("There is no such customer."),
        Refused.ERASED: _("This customer has been erased and must not be contacted."),
        Refused.AMBIGUOUS: _("Several customers have this address. Name the customer by number."),
        Refused.NO_ADDRESS: _("The customer has no address of this kind."),
        Refused.SEVERAL_ADDRESSES: _("The customer has several addresses of this kind. Name the one that is meant."),
    }

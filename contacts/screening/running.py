"""A list from file to file: read, gather, decide, write."""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TextIO

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from contacts import policy
from contacts.customers.importing.reading.base import Source
from contacts.customers.importing.report import harmless
from contacts.screening import quick, reading
from contacts.screening.asking import Asked, Reference, Refused, SenderOn
from contacts.screening.gathering import Gathered, gather

HEADER = ("line", "reference", "outcome", "deciding_rules", "reason")
REFUSED = "refused"
QUOTE = '"'


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
            gathered = gather(_references(source), asked=asked, sender_on=sender_on, at=at, rule_set=policy.RULE_SET_1)
            counts = _write(file, gathered, language)
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
    return counts


def _references(source: Source) -> Iterable[Reference]:
    return quick.references(source) if source.form == "csv" else reading.references(source)


def _write(file: TextIO, gathered: Gathered, language: str) -> Counter[str]:
    """What is said of a case is put together once; a row only adds which one it is."""
    said = _Said(gathered, language)
    known: Counter[str] = Counter()
    file.write(csv_line(HEADER))
    for block in gathered.blocks:
        known.update(block.known)
        rows = zip(block.lines, map(cell, block.values), map(said.__getitem__, block.known), strict=True)
        file.write("".join([f"{line};{value};{tail}" for line, value, tail in rows]))
    counts: Counter[str] = Counter()
    for word, count in known.items():
        counts[said.outcomes[word]] += count
    return counts


class _Said(dict[str, str]):
    """The cells that follow the reference, by what is known of the row."""

    def __init__(self, gathered: Gathered, language: str) -> None:
        self.gathered, self.language = gathered, language
        with translation.override(language):
            self.refusals = {word.value: str(sentence) for word, sentence in _sentences().items()}
        self.outcomes: dict[str, str] = {}

    def __missing__(self, known: str) -> str:
        if known in self.refusals:
            cells = (REFUSED, "", self.refusals[known])
        else:
            verdict = self.gathered.decider.verdict(known)
            cells = (verdict.outcome, verdict.deciding_rules, verdict.reason(self.language))
        self.outcomes[known] = cells[0]
        self[known] = line = csv_line(cells)
        return line


def csv_line(cells: Sequence[object]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerow(cells)
    return text.getvalue()


_QUOTED = re.compile('[;"\\r\\n]')


def cell(value: str) -> str:
    """A reference as a cell that is no formula."""
    value = harmless(value)
    return f'"{value.replace(QUOTE, 2 * QUOTE)}"' if _QUOTED.search(value) else value


def _sentences() -> dict[Refused, str]:
    return {
        Refused.UNKNOWN: _("There is no such customer."),
        Refused.ERASED: _("This customer has been erased and must not be contacted."),
        Refused.AMBIGUOUS: _("Several customers have this address. Name the customer by number."),
        Refused.NO_ADDRESS: _("The customer has no address of this kind."),
        Refused.SEVERAL_ADDRESSES: _("The customer has several addresses of this kind. Name the one that is meant."),
    }

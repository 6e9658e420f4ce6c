"""A list from file to file: read, gather, decide, write."""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from contacts import policy
from contacts.customers.importing.reading.base import Source
from contacts.rulebook.selectors import rule_set_in_force
from contacts.screening import quick, reading
from contacts.screening.asking import Asked, Reference, Refused, SenderOn
from contacts.screening.gathering import Block, Gathered, gather
from portal.cells import harmless

HEADER = ("line", "reference", "outcome", "deciding_rules", "reason")
REFUSED = "refused"
QUOTE = '"'
#: Called with rows that have their answer, and all rows.
Progress = Callable[[int, int], None]


class Counts(Counter[str]):
    """How many rows got which outcome, and under which rule set."""

    rule_set: policy.RuleSet


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
) -> Counts:
    """Answer every row of the list, and return how many rows got which outcome.

    The result is a CSV file for German Excel; it is there as a whole or not at all. Raises FileRefused for a list that
    cannot be read, and KeysMissing. `by` says which column names the customers (a Kind; else the first that says
    something); `progress` is told now and then how many rows of how many have their answer.
    """
    source = reading.inspect(path, by=by)
    part = out.with_name(f"{out.name}.part")
    try:
        with _one_state(), part.open("w", encoding="utf-8-sig", newline="") as file:
            rules = rule_set_in_force(at)
            gathered = gather(_references(source, by), asked=asked, sender_on=sender_on, at=at, rule_set=rules)
            if progress is not None:
                gathered = replace(gathered, blocks=_told(gathered.blocks, source.rows, progress))
            counts = Counts(_write(file, gathered, language))
            counts.rule_set = rules
        os.replace(part, out)
    finally:
        part.unlink(missing_ok=True)
    return counts


@contextmanager
def _one_state() -> Iterator[None]:
    """Every row is answered by the state of the database at one instant: with a state for each statement a consent
    that is withdrawn meanwhile would count for half of what follows from it. Whoever calls in a transaction has its."""
    begins = not connection.in_atomic_block
    with transaction.atomic():
        if begins:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _references(source: Source, by: str) -> Iterable[Reference]:
    return quick.references(source, by=by) if source.form == "csv" else reading.references(source, by=by)


def _told(blocks: Iterator[Block], most: int, progress: Progress) -> Iterator[Block]:
    done = 0
    for block in blocks:
        yield block
        done += len(block.lines)
        progress(done, most)


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
            self.refusals = {word.value: str(sentence) for word, sentence in sentences().items()}
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


def sentences() -> dict[Refused, str]:
    """Why a row has no answer, in the language of the moment."""
    return {
        Refused.UNKNOWN: _("There is no such customer."),
        Refused.ERASED: _("This customer has been erased and must not be contacted."),
        Refused.AMBIGUOUS: _("Several customers have this address. Name the customer by number."),
        Refused.NO_ADDRESS: _("The customer has no address of this kind."),
        Refused.SEVERAL_ADDRESSES: _("The customer has several addresses of this kind. Name the one that is meant."),
    }

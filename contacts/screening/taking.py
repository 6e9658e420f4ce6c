"""The rows of a list on their way into the database: each with the spelling under which its customer is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from contacts.customers.suppression.digests import normalise_address, normalise_phone
from contacts.screening.asking import Kind, Reference
from portal.vocabulary import Channel

#: Stands between the cells that the database sends back. No reference has it, nor a NUL: both are dropped.
SEPARATOR = "\x1f"
LARGEST_ID = 2**63 - 1
BATCH = 2_000
_DROPPED = re.compile("[\x00\x1f]")
# What the text form of COPY writes otherwise (PostgreSQL manual, COPY).
_ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_SPECIAL = re.compile(r"[\\\t\n\r\x00\x1f]")


def take_in(cursor: Any, references: Iterable[Reference]) -> set[Kind]:
    """Fill `screening_list`, and say in which ways its rows name customers."""
    cursor.execute(
        "DROP TABLE IF EXISTS screening_list;"
        " CREATE TEMPORARY TABLE screening_list (line integer, value text, kind text, sought text, id bigint)"
        " ON COMMIT DROP"
    )
    kinds: set[Kind] = set()
    rows = iter(references)
    with cursor.copy("COPY screening_list FROM STDIN") as copy:
        while batch := list(islice(rows, BATCH)):
            kinds |= {reference.kind for reference in batch}
            # What is half a character (a lone surrogate of JSON) names nobody.
            copy.write("".join(map(_line, batch)).encode("utf-8", "replace"))
    cursor.execute("ANALYZE screening_list")
    return kinds


def _line(reference: Reference) -> str:
    line, kind, value = reference
    shown = _escaped(value)
    if kind is Kind.NUMBER:
        return f"{line}\t{shown}\t{kind}\t{shown.strip()}\t\\N\n"
    if kind is Kind.ID:
        return f"{line}\t{shown}\t{kind}\t\t{_id(value.strip())}\n"
    return f"{line}\t{shown}\t{kind}\t{_escaped(_normalised(kind, value.strip()))}\t\\N\n"


def _escaped(value: str) -> str:
    if not _SPECIAL.search(value):
        return value
    return re.sub(r"[\\\t\n\r]", lambda found: _ESCAPED[found[0]], _DROPPED.sub("", value))


def _id(value: str) -> str:
    digits = value.lstrip("0") or "0"
    fits = value.isascii() and value.isdigit() and len(digits) < 20 and int(digits) <= LARGEST_ID
    return digits if fits else "\\N"


def _normalised(kind: Kind, value: str) -> str:
    if not value:
        return ""
    return normalise_address(Channel.EMAIL, "", value) if kind is Kind.EMAIL else normalise_phone(value)

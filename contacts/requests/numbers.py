"""Numbers of requests (R-1042), and of permits that can be read out over the telephone: P-100042-90. Standard library
only.

The last two digits are those of ISO 7064 MOD 97-10, which notices every single wrong digit and every two neighbours in
the wrong order, the check digits included (docs/decisions/0018).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FIRST = 100_000
FIRST_REQUEST = 1000
_SPOKEN = re.compile(r"P?(\d{1,15})(\d{2})", re.ASCII)
# What people type between the groups: blanks, hyphens and the dashes that programs make of them, dots, slashes.
_BETWEEN = re.compile(r"[\s./_\-\u2010-\u2015\u2212]+")


@dataclass(frozen=True, slots=True)
class WrongDigits:
    """The form of a permit number, but its digits contradict each other: one was misheard or mistyped."""

    typed: str


def check_digits(number: int) -> str:
    """Two digits that make the whole leave the remainder 1 by 97."""
    return f"{98 - number * 100 % 97:02d}"


def permit_number(key: int) -> str:
    """The number of the permit with this key."""
    number = FIRST + key
    return f"P-{number}-{check_digits(number)}"


def permit_key(typed: str) -> int | WrongDigits | None:
    """The key of the permit that was typed, with or without P and hyphens; None where it has not the form of one."""
    found = _SPOKEN.fullmatch(_BETWEEN.sub("", typed).upper())
    if found is None:
        return None
    number = int(found[1])
    if check_digits(number) != found[2]:
        return WrongDigits(shown(found[1], found[2]))
    return number - FIRST if number > FIRST else None


def request_number(key: int) -> str:
    """The number of the request with this key."""
    return f"R-{FIRST_REQUEST + key}"


def request_key(typed: str) -> int | None:
    """The key of the request that was typed, with or without R-; None where it has not the form of one."""
    return counted_key(typed, "R-")


def counted_key(typed: str, letter: str) -> int | None:
    """The key of what is counted from 1000 on under a letter, typed with or without it; None for anything else."""
    digits = typed.upper().removeprefix(letter)
    # “²” is a digit too, which `int` cannot read.
    return int(digits) - FIRST_REQUEST if digits.isascii() and digits.isdigit() and len(digits) < 15 else None


def shown(number: str, check: str) -> str:
    return f"P-{number}-{check}"

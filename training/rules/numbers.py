"""Certificate numbers: Z-2026-48291301-7, with a check digit. Standard library only."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"Z-(\d{4})-(\d{8})-(\d)", re.ASCII)


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10: notices every single wrong digit and most swapped ones."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = (2 * total) % 11
    return (11 - product) % 10


def certificate_number(year: int, serial: int) -> str:
    """`serial` has up to eight digits and is drawn by chance, so that numbers cannot be counted through."""
    return f"Z-{year:04d}-{serial:08d}-{check_digit(f'{year:04d}{serial:08d}')}"


def is_certificate_number(number: str) -> bool:
    """Whether a number of this form has the right check digit."""
    found = _NUMBER.fullmatch(number)
    return found is not None and str(check_digit(found[1] + found[2])) == found[3]

"""Looking into a file of leaked passwords: one SHA-1 in hex a line, in order, with or without ":" and a number.

That is how such lists are given out. They have tens of gigabytes, so nothing is read into memory: some forty looks,
each halving what is left. Pure.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

HEX_DIGITS = 40


def stands_in(path: Path, digest: str) -> bool:
    """Whether the digest is a line of the file. Raises OSError where the file cannot be read: a check that was
    asked for and cannot be made must not pass."""
    wanted = digest.upper().encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            start, line = _line_from(file, middle)
            found = line[:HEX_DIGITS].upper()
            if found == wanted:
                return True
            if not line or found > wanted:
                high = middle
            else:
                low = start + len(line)
    return False


def _line_from(file: BinaryIO, place: int) -> tuple[int, bytes]:
    """The first line that begins at or after a place, with where it begins."""
    file.seek(max(place - 1, 0))
    if place > 0:
        file.readline()
    start = file.tell()
    return start, file.readline()

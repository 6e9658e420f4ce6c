"""A part of a file that knows its line, and GIFT's way to escape its signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ESCAPED = re.compile(r"\\([\\:#={}~n])")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_RESERVED = re.compile(r"[\\:#={}~]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text, and the number of the line on which it begins."""

    text: str
    line: int

    def cut(self, start: int, end: int | None = None) -> Piece:
        return Piece(self.text[start:end], self.line + self.text.count("\n", 0, start))

    def strip(self) -> Piece:
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, len(self.text.rstrip()) if start < len(self.text) else None)

    def find(self, signs: str) -> Iterator[re.Match[str]]:
        """Where a pattern stands unescaped."""
        found = re.finditer(rf"\\[\\:#={{}}~n]|({signs})", self.text)
        return (match for match in found if match[1] is not None)

    def partition(self, signs: str) -> tuple[Piece, Piece | None]:
        """Before and after the first unescaped sign; None where there is none."""
        match = next(self.find(signs), None)
        return (self, None) if match is None else (self.cut(0, match.start()), self.cut(match.end()))

    def split(self, signs: str) -> list[tuple[str, Piece]]:
        """The parts, each with the sign in front of it; the first one has none."""
        matches = list(self.find(signs))
        starts = [0, *(match.end() for match in matches)]
        ends = [*(match.start() for match in matches), len(self.text)]
        names = ["", *(match[1] for match in matches)]
        rows = zip(names, starts, ends, strict=True)
        line, counted, parts = self.line, 0, []
        for name, start, end in rows:
            line += self.text.count("\n", counted, start)
            counted = start
            parts.append((name, Piece(self.text[start:end], line)))
        return parts

    @property
    def raw(self) -> str:
        """The text without escapes."""
        return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], self.text)


def styled(piece: Piece, default: str) -> tuple[str, Piece]:
    """The text format in square brackets, or the default, and the text behind it."""
    match = _FORMAT.match(piece.text)
    return (default, piece) if match is None else (match[1], piece.cut(match.end()))


def escaped(words: str) -> str:
    """Text as it stands in a GIFT file: `Piece.raw` gives it back."""
    return _RESERVED.sub(lambda match: "\\" + match[0], words).replace("\n", "\\n")

"""Units as people write them: a question declares one, and its usual spellings and abbreviations are the same unit."""

from __future__ import annotations

from collections.abc import Iterable

#: Each line is one unit. Only the line of the declared unit is read: "72 d" is no answer in hours.
_SPELLINGS = (
    "€ eur euro euros",
    "% prozent percent",
    "min min. minute minuten minutes",
    "h std std. stunde stunden hr hrs hour hours",
    "uhr :00 h o'clock",
    "d tag tage tagen day days",
    "wo. woche wochen week weeks",
    "mon. monat monate monaten month months",
    "j. jahr jahre jahren yr yrs year years",
)


def without_unit(words: str, declared: Iterable[str]) -> str:
    """The words without the declared unit behind them, however it is spelt; also "18:00 Uhr", which has two marks."""
    known = _spellings({unit.casefold() for unit in declared if unit})
    plain = words.casefold().replace("’", "'").strip()
    while ending := next((unit for unit in known if plain.endswith(unit)), None):
        plain = plain[: -len(ending)].strip()
    return plain


def _spellings(declared: set[str]) -> list[str]:
    """Longest first, or "h" would be taken from a longer word first."""
    lines = [set(line.split()) for line in _SPELLINGS]
    found = declared.union(*(line for line in lines if line & declared))
    return sorted(found, key=len, reverse=True)

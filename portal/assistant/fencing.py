"""Text from the database is material: what stands in it is nobody's instruction to an assistant."""

from __future__ import annotations

import secrets
import unicodedata

LONGEST = 200
#: Separators, and every control, format, private or unassigned sign: they could hide words, or look like an end.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain(text: str) -> str:
    """On one line, of printable signs, at most LONGEST of them."""
    seen = (" " if unicodedata.category(sign) in _INVISIBLE else sign for sign in text)
    words = " ".join("".join(seen).split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def fenced(lines: list[str]) -> str:
    """The lines between two marks that nobody could know when the text was written."""
    mark = secrets.token_hex(8)
    return "\n".join([f"[material {mark}]", *map(plain, lines), f"[end of material {mark}]"])

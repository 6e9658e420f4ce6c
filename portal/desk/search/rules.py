"""How words that were typed are compared with words that stand somewhere. Standard library only."""

from __future__ import annotations

import re
import unicodedata

#: More is no search any more; the address of the page stays short.
LONGEST = 200
_RULE_ID = re.compile(r"[A-Za-z]{2,6}-\d{2,3}", re.ASCII)


def typed(text: str) -> str:
    """What was typed, without what no index knows: no NUL, single blanks, at most `LONGEST` characters."""
    return " ".join(text.replace("\x00", "").split())[:LONGEST].strip()


def folded(text: str) -> str:
    """Spelling as people compare it: no capitals, no accents (ü is u), ß is ss."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def stands_in(words: str, *texts: str) -> bool:
    """Whether each of the words begins a word of these texts."""
    text = folded(" ".join(texts))
    return all(re.search(rf"(?<!\w){re.escape(word)}", text) for word in folded(words).split())


def is_rule_id(words: str) -> bool:
    """Whether this has the form of a rule's id, such as ACC-01."""
    return _RULE_ID.fullmatch(words) is not None


def names_request(words: str) -> bool:
    """Whether this is meant as the number of a request: with its letter."""
    return words[:2].upper() == "R-"


def names_permit(words: str) -> bool:
    """Whether digits that have the form of a permit number are meant as one: with their letter."""
    return words[:1].upper() == "P"

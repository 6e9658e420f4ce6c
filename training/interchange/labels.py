"""What Moodle has no field for: kept as tags, so that a question comes back as it went.

`keys:...` the keys of the choices where they are not a, b, c; `german:2` the first two accepted spellings are German,
the rest English; `unit-de:...` and `unit-en:...` the unit of a number. In GIFT they stand in the comment above the
question, as Moodle writes its own tags there: `// [id:key] [tag:german:2]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from string import ascii_lowercase
from urllib.parse import unquote

from training.questions import Numerical, Question, ShortText, Text

_UNSAFE = re.compile(r"[%\[\],\n]")
_KNOWN = ("keys", "german", "unit-de", "unit-en")


def labels_of(question: Question) -> list[str]:
    """The tags of a question, safe inside square brackets."""
    found = {}
    keys = question.choices()
    if keys and keys != default_keys(len(keys)):
        found["keys"] = ",".join(keys)
    if isinstance(question, ShortText):
        found["german"] = str(len(question.accepted_de))
    if isinstance(question, Numerical):
        found |= {f"unit-{name}": _safe(words) for name, words in question.unit.to_json().items() if words}
    return [f"{name}:{value}" for name, value in found.items()]


def _safe(words: str) -> str:
    return _UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", words)


def default_keys(count: int) -> tuple[str, ...]:
    return tuple(ascii_lowercase[:count])


class Labels:
    """The tags read from a file; others than ours are passed over."""

    def __init__(self, tags: Iterable[str]) -> None:
        pairs = (tag.partition(":") for tag in tags)
        self.found: Mapping[str, str] = {name: value for name, _, value in pairs if name in _KNOWN}

    def keys(self, count: int) -> Sequence[str]:
        """The keys of so many choices; the default where the tag does not fit."""
        keys = self.found.get("keys", "").split(",")
        return keys if len(keys) == count else [*default_keys(count), *(f"k{n}" for n in range(27, count + 1))]

    def unit(self) -> Text:
        return Text(**{name: unquote(self.found.get(f"unit-{name}", "")) for name in ("de", "en")})

    def accepted(self, spellings: Sequence[str], language: str) -> dict[str, list[str]]:
        """The accepted spellings by language; all in the importer's language where the file does not say."""
        count = self.found.get("german", "")
        german = int(count) if count.isdecimal() and len(count) < 4 else len(spellings) * (language == "de")
        return {"de": list(spellings[:german]), "en": list(spellings[german:])}

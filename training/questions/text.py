"""Words in both languages, and a keyed choice that carries them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in German and English; an empty language has not been translated yet."""

    de: str = ""
    en: str = ""

    def in_(self, language: str) -> str:
        """The words in a language (`de`, `en`, also `de-AT`), or in the other one where they are missing."""
        first, second = (self.de, self.en) if language.startswith("de") else (self.en, self.de)
        return first or second

    def missing(self) -> Iterator[str]:
        """The languages that have no words yet."""
        return (language for language in LANGUAGES if not getattr(self, language))

    def to_json(self) -> dict[str, str]:
        return {"de": self.de, "en": self.en}

    def __bool__(self) -> bool:
        return bool(self.de or self.en)


@dataclass(frozen=True, slots=True)
class Item:
    """Something to put in order, or a right side that belongs to no left one."""

    key: str
    text: Text

    def to_json(self) -> dict[str, object]:
        return {"key": self.key, "text": self.text.to_json()}


@dataclass(frozen=True, slots=True)
class Option:
    """Something to tick; `right` says whether it should be."""

    key: str
    text: Text
    right: bool

    def to_json(self) -> dict[str, object]:
        return {"key": self.key, "text": self.text.to_json(), "right": self.right}


@dataclass(frozen=True, slots=True)
class Pair:
    """A left side and the right side that belongs to it."""

    key: str
    left: Text
    right: Text

    def to_json(self) -> dict[str, object]:
        return {"key": self.key, "left": self.left.to_json(), "right": self.right.to_json()}

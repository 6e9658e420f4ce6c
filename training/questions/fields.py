"""Reading the JSON of one question, field by field, with errors that name key and field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

from training.questions.errors import QuestionError, gettext_noop
from training.questions.text import LANGUAGES, Item, Option, Pair, Text

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,78}[a-z0-9])?")
LONGEST_TEXT = 5000
MOST_CHOICES = 20
# Neither XML nor PostgreSQL nor a screen can carry these; lone surrogates cannot even be encoded.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def tidy(words: str) -> str:
    """Outer blanks gone, one way to end a line."""
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()


class Fields:
    """The fields of one question or of a part of it; `where` is put in front of a field's name."""

    def __init__(self, values: Mapping[str, object], key: str, where: str = "") -> None:
        self.values, self.key, self.where = values, key, where

    def refuse(self, template: str, field: str, **values: object) -> NoReturn:
        raise QuestionError(template, key=self.key, field=f"{self.where}{field}", **values)

    def only(self, known: Sequence[str]) -> None:
        """Refuse a field that nobody reads: it is most likely misspelled."""
        for name in self.values:
            if name not in known:
                self.refuse(
                    gettext_noop("Question “%(key)s”: “%(field)s” is not known here; the fields are %(known)s."),
                    str(name)[:80],
                    known=", ".join(known),
                )

    def slug(self, field: str) -> str:
        value = self.values.get(field)
        if not isinstance(value, str) or not SLUG.fullmatch(value):
            self.refuse(
                gettext_noop(
                    "Question “%(key)s”: “%(field)s” must be 1 to 80 small letters, digits, hyphens or underscores."
                ),
                field,
            )
        return value

    def flag(self, field: str, default: bool | None = None) -> bool:
        value = self.values.get(field, default)
        if not isinstance(value, bool):
            self.refuse(gettext_noop("Question “%(key)s”: “%(field)s” must be true or false."), field)
        return value

    def words(self, field: str) -> str:
        """One string in no language in particular; empty where it is missing."""
        return self._tidied(field, self.values.get(field, ""))

    def text(self, field: str, *, needed: bool = True) -> Text:
        """Words per language; at least one language where they are needed."""
        value = self.values.get(field, {})
        if not isinstance(value, Mapping) or any(language not in LANGUAGES for language in value):
            self.refuse(gettext_noop("Question “%(key)s”: “%(field)s” must have the words under “de” and “en”."), field)
        found = Text(**{name: self._tidied(f"{field}.{name}", value.get(name, "")) for name in LANGUAGES})
        if needed and not found:
            self.refuse(gettext_noop("Question “%(key)s”: “%(field)s” has no words in any language."), field)
        return found

    def _tidied(self, field: str, value: object) -> str:
        if not isinstance(value, str):
            self.refuse(gettext_noop("Question “%(key)s”: “%(field)s” must be text."), field)
        self.printable(field, value)
        if len(value) > LONGEST_TEXT:
            self.refuse(
                gettext_noop("Question “%(key)s”: “%(field)s” is longer than %(most)s characters."),
                field,
                most=LONGEST_TEXT,
            )
        return tidy(value)

    def printable(self, field: str, value: str) -> None:
        if UNPRINTABLE.search(value):
            self.refuse(
                gettext_noop("Question “%(key)s”: “%(field)s” contains a character that cannot be shown."), field
            )

    def strings(self, field: str) -> tuple[str, ...]:
        """A list of non-empty strings, each once."""
        value = self.values.get(field, ())
        if not isinstance(value, list | tuple):
            self.refuse(gettext_noop("Question “%(key)s”: “%(field)s” must be a list."), field)
        found = tuple(self._tidied(field, one) for one in value)
        if "" in found or len(set(found)) < len(found) or len(found) > 2 * MOST_CHOICES:
            self.refuse(
                gettext_noop(
                    "Question “%(key)s”: “%(field)s” must name each thing once, none empty, at most %(most)s."
                ),
                field,
                most=2 * MOST_CHOICES,
            )
        return found

    def options(self, field: str) -> tuple[Option, ...]:
        parts = self._parts(field, ("key", "text", "right"), least=2)
        found = tuple(Option(part.slug("key"), part.text("text"), part.flag("right", False)) for part in parts)
        self._each_once(field, [(option.key, option.text) for option in found])
        return found

    def items(self, field: str, *, least: int) -> tuple[Item, ...]:
        parts = self._parts(field, ("key", "text"), least=least)
        found = tuple(Item(part.slug("key"), part.text("text")) for part in parts)
        self._each_once(field, [(item.key, item.text) for item in found])
        return found

    def pairs(self, field: str) -> tuple[Pair, ...]:
        parts = self._parts(field, ("key", "left", "right"), least=2)
        found = tuple(Pair(part.slug("key"), part.text("left"), part.text("right")) for part in parts)
        self._each_once(field, [(pair.key, pair.left) for pair in found])
        return found

    def _parts(self, field: str, known: Sequence[str], *, least: int) -> list[Fields]:
        value = self.values.get(field, ())
        if (
            not isinstance(value, list | tuple)
            or not least <= len(value) <= MOST_CHOICES
            or not all(isinstance(part, Mapping) for part in value)
        ):
            self.refuse(
                gettext_noop(
                    "Question “%(key)s”: “%(field)s” must list %(least)s to %(most)s entries, each with %(known)s."
                ),
                field,
                least=least,
                most=MOST_CHOICES,
                known=", ".join(known),
            )
        parts = [Fields(part, self.key, f"{field}.{number}.") for number, part in enumerate(value, start=1)]
        for part in parts:
            part.only(known)
        return parts

    def _each_once(self, field: str, found: list[tuple[str, Text]]) -> None:
        """Two entries that look the same leave the learner no way to tell them apart."""
        check_each_once(self, field, found)


def check_each_once(fields: Fields, field: str, found: list[tuple[str, Text]]) -> None:
    """Refuse a key, or words in one language, that stand twice."""
    looks = [[key for key, _ in found], *([getattr(t, name) for _, t in found] for name in LANGUAGES)]
    for names in looks:
        there = [name for name in names if name]
        twice = next((name for name in there if there.count(name) > 1), None)
        if twice is not None:
            fields.refuse(
                gettext_noop("Question “%(key)s”: in “%(field)s”, “%(twice)s” is there twice."),
                field,
                twice=twice[:80],
            )

"""What every kind of question has in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, NoReturn, Self

from contacts.policy import RULE_SET_1, RuleSet
from training.questions.errors import AnswerError, gettext_noop
from training.questions.fields import Fields
from training.questions.text import Text

Given = Mapping[str, object]
Answer = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question without anybody's answer. `source` is a citation, in no language in particular."""

    kind: ClassVar[str]
    BODY: ClassVar[tuple[str, ...]]
    """The fields of this kind in the JSON, beside the common ones."""

    key: str
    category: str
    text: Text
    explanation: Text
    source: str

    @classmethod
    def read(cls, fields: Fields, common: Mapping[str, object]) -> Self:
        """Build the kind from its fields; raises QuestionError."""
        raise NotImplementedError

    def body(self) -> dict[str, object]:
        """The JSON of what only this kind has."""
        raise NotImplementedError

    def texts(self) -> Iterator[tuple[str, Text]]:
        """The words of this kind that need a translation, each with the name of its field."""
        return iter(())

    def choices(self) -> tuple[str, ...]:
        """The keys a learner chooses from, in the author's order; empty where there is nothing to shuffle."""
        return ()

    def parse(self, given: Given) -> Answer | None:
        """The answer in its one canonical form, None = unanswered; raises AnswerError."""
        raise NotImplementedError

    def share(self, answer: Answer, rules: RuleSet) -> Fraction:
        """What a parsed answer earns, 0 to 1."""
        raise NotImplementedError

    def right(self, rules: RuleSet = RULE_SET_1) -> Answer:
        """An answer that earns 1."""
        raise NotImplementedError

    def refuse(self, what: str) -> NoReturn:
        """An answer that no form of ours sends."""
        template = gettext_noop("The answer to question “%(key)s” does not fit it: “%(what)s”. Please answer again.")
        raise AnswerError(template, key=self.key, what=what[:80])

    def known(self, value: object, known: tuple[str, ...]) -> str | None:
        """One of the keys, or None for nothing chosen."""
        if value is None or value == "":
            return None
        if not isinstance(value, str) or value not in known:
            self.refuse(str(value))
        return value

    def listed(self, value: object, known: tuple[str, ...]) -> list[str]:
        """Some of the keys, each once, in the author's order."""
        if value is None or value == "":
            return []
        if not isinstance(value, list | tuple):
            self.refuse(str(value))
        chosen = {self.known(one, known) for one in value}
        return [key for key in known if key in chosen]


def share_of_picks(chosen: set[str], right: set[str], wrong: set[str]) -> Fraction:
    """Right picks minus wrong picks over the number of right ones, at least 0.

    Where fewer options are wrong than right a wrong pick costs more, so that ticking everything earns nothing in
    every question. 0/0, nothing to tick, is earned by ticking nothing.
    """
    if not right:
        return Fraction(not chosen & wrong)
    hits, misses = len(chosen & right), len(chosen & wrong)
    price = min(len(right), len(wrong)) or 1
    return max(Fraction(0), Fraction(hits, len(right)) - Fraction(misses, price))

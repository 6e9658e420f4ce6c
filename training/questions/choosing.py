"""Single choice, multiple choice, true or false."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from contacts.policy import RULE_SET_1, RuleSet
from training.questions.errors import gettext_noop
from training.questions.fields import Fields
from training.questions.question import Answer, Given, Question, share_of_picks
from training.questions.text import Option, Text


@dataclass(frozen=True, kw_only=True)
class _WithOptions(Question):
    BODY: ClassVar = ("options",)
    options: tuple[Option, ...]

    def body(self) -> dict[str, object]:
        return {"options": [option.to_json() for option in self.options]}

    def texts(self) -> Iterator[tuple[str, Text]]:
        return ((f"options.{option.key}.text", option.text) for option in self.options)

    def choices(self) -> tuple[str, ...]:
        return tuple(option.key for option in self.options)

    def right_keys(self) -> list[str]:
        return [option.key for option in self.options if option.right]


@dataclass(frozen=True, kw_only=True)
class Single(_WithOptions):
    """One option is right: {"chosen": "a"}."""

    kind: ClassVar = "single"

    @classmethod
    def read(cls, fields: Fields, common: Mapping[str, Any]) -> Self:
        made = cls(options=fields.options("options"), **common)
        if len(made.right_keys()) != 1:
            fields.refuse(
                gettext_noop("Question “%(key)s”: exactly one of “%(field)s” must be right, but %(count)s are."),
                "options",
                count=len(made.right_keys()),
            )
        return made

    def parse(self, given: Given) -> Answer | None:
        chosen = self.known(given.get("chosen"), self.choices())
        return None if chosen is None else {"chosen": chosen}

    def share(self, answer: Answer, rules: RuleSet) -> Fraction:
        return Fraction(answer["chosen"] in self.right_keys())

    def right(self, rules: RuleSet = RULE_SET_1) -> Answer:
        return {"chosen": self.right_keys()[0]}


@dataclass(frozen=True, kw_only=True)
class Multiple(_WithOptions):
    """Some options are right and some are not: {"chosen": ["a", "c"]}. Scored by `share_of_picks`."""

    kind: ClassVar = "multiple"

    @classmethod
    def read(cls, fields: Fields, common: Mapping[str, Any]) -> Self:
        made = cls(options=fields.options("options"), **common)
        if not 0 < len(made.right_keys()) < len(made.options):
            fields.refuse(
                gettext_noop("Question “%(key)s”: of “%(field)s” at least one must be right and one wrong."), "options"
            )
        return made

    def parse(self, given: Given) -> Answer | None:
        chosen = self.listed(given.get("chosen"), self.choices())
        return {"chosen": chosen} if chosen else None

    def share(self, answer: Answer, rules: RuleSet) -> Fraction:
        right = set(self.right_keys())
        return share_of_picks(set(self.listed(answer["chosen"], self.choices())), right, set(self.choices()) - right)

    def right(self, rules: RuleSet = RULE_SET_1) -> Answer:
        return {"chosen": self.right_keys()}


@dataclass(frozen=True, kw_only=True)
class TrueFalse(Question):
    """A statement: {"chosen": true}; a form may send "true" or "false"."""

    kind: ClassVar = "true_false"
    BODY: ClassVar = ("right",)
    is_true: bool

    @classmethod
    def read(cls, fields: Fields, common: Mapping[str, Any]) -> Self:
        return cls(is_true=fields.flag("right"), **common)

    def body(self) -> dict[str, object]:
        return {"right": self.is_true}

    def parse(self, given: Given) -> Answer | None:
        chosen = given.get("chosen")
        if chosen is None or chosen == "":
            return None
        if isinstance(chosen, bool):
            return {"chosen": chosen}
        return {"chosen": self.known(chosen, ("true", "false")) == "true"}

    def share(self, answer: Answer, rules: RuleSet) -> Fraction:
        return Fraction(answer["chosen"] is self.is_true)

    def right(self, rules: RuleSet = RULE_SET_1) -> Answer:
        return {"chosen": self.is_true}

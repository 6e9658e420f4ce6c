"""Matching left with right sides, and putting things in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from contacts.policy import RULE_SET_1, RuleSet
from training.questions.fields import Fields, check_each_once
from training.questions.question import Answer, Given, Question
from training.questions.text import Item, Pair, Text


@dataclass(frozen=True, kw_only=True)
class Matching(Question):
    """{"pairs": {left key: key of a pair or distractor}}; a left side left out is open. Earns its share of pairs."""

    kind: ClassVar = "matching"
    BODY: ClassVar = ("pairs", "distractors")
    pairs: tuple[Pair, ...]
    distractors: tuple[Item, ...]

    @classmethod
    def read(cls, fields: Fields, common: Mapping[str, Any]) -> Self:
        made = cls(pairs=fields.pairs("pairs"), distractors=fields.items("distractors", least=0), **common)
        check_each_once(fields, "pairs", made.right_sides())
        return made

    def right_sides(self) -> list[tuple[str, Text]]:
        """Everything a left side can be given, in the author's order: key and words."""
        return [(pair.key, pair.right) for pair in self.pairs] + [(item.key, item.text) for item in self.distractors]

    def body(self) -> dict[str, object]:
        return {
            "pairs": [pair.to_json() for pair in self.pairs],
            "distractors": [item.to_json() for item in self.distractors],
        }

    def texts(self) -> Iterator[tuple[str, Text]]:
        for pair in self.pairs:
            yield f"pairs.{pair.key}.left", pair.left
            yield f"pairs.{pair.key}.right", pair.right
        for item in self.distractors:
            yield f"distractors.{item.key}.text", item.text

    def choices(self) -> tuple[str, ...]:
        return tuple(key for key, _ in self.right_sides())

    def parse(self, given: Given) -> Answer | None:
        matched = given.get("pairs") or {}
        if not isinstance(matched, Mapping):
            self.refuse(str(matched))
        lefts = [pair.key for pair in self.pairs]
        for left in matched:
            if left not in lefts:
                self.refuse(str(left))
        found = {left: self.known(matched.get(left), self.choices()) for left in lefts}
        found = {left: right for left, right in found.items() if right is not None}
        return {"pairs": found} if found else None

    def share(self, answer: Answer, rules: RuleSet) -> Fraction:
        matched = answer["pairs"]
        assert isinstance(matched, dict)
        return Fraction(sum(matched.get(pair.key) == pair.key for pair in self.pairs), len(self.pairs))

    def right(self, rules: RuleSet = RULE_SET_1) -> Answer:
        return {"pairs": {pair.key: pair.key for pair in self.pairs}}


@dataclass(frozen=True, kw_only=True)
class Ordering(Question):
    """{"order": [keys]}; null or "" is a place still open. Earns its share of right places."""

    kind: ClassVar = "ordering"
    BODY: ClassVar = ("items",)
    items: tuple[Item, ...]

    @classmethod
    def read(cls, fields: Fields, common: Mapping[str, Any]) -> Self:
        return cls(items=fields.items("items", least=2), **common)

    def body(self) -> dict[str, object]:
        return {"items": [item.to_json() for item in self.items]}

    def texts(self) -> Iterator[tuple[str, Text]]:
        return ((f"items.{item.key}.text", item.text) for item in self.items)

    def choices(self) -> tuple[str, ...]:
        return tuple(item.key for item in self.items)

    def parse(self, given: Given) -> Answer | None:
        order = given.get("order") or []
        if not isinstance(order, list | tuple) or len(order) > len(self.items):
            self.refuse(str(order))
        places = [self.known(key, self.choices()) for key in order]
        placed = [key for key in places if key is not None]
        if len(set(placed)) < len(placed):
            self.refuse(", ".join(placed))
        return {"order": places + [None] * (len(self.items) - len(places))} if placed else None

    def share(self, answer: Answer, rules: RuleSet) -> Fraction:
        order = answer["order"]
        assert isinstance(order, list)
        hits = sum(given == key for given, key in zip(order, self.choices(), strict=True))
        return Fraction(hits, len(self.items))

    def right(self, rules: RuleSet = RULE_SET_1) -> Answer:
        return {"order": list(self.choices())}

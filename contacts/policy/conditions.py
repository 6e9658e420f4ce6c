"""The words of a rule's condition as a tree, for whoever wants to say them in another way. Standard library only.

The language is that of the rule book: `a=b`, `a != b`, `a in {x, y}`, `a in SET`, `a <= b`, AND, OR, NOT, brackets. The
tree says what the words say and nothing else: a test asks tree and condition about the same facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from contacts.policy.derived import ADV, ELECTRONIC
from contacts.policy.facts import Channel, Purpose
from contacts.policy.rule import Kind, Rule

_TOKEN = re.compile(r"\s*(\{[^}]*\}|<=|!=|=|>|\(|\)|[\w]+)")
_SETS = {
    "ADV": tuple(purpose.value for purpose in Purpose if purpose in ADV),
    "ELECTRONIC": tuple(channel.value for channel in Channel if channel in ELECTRONIC),
}


class Mode(StrEnum):
    """How many of its parts a group asks for."""

    ALL = "all"
    ANY = "any"
    NONE = "none"
    NOT_ALL = "not_all"


_OPPOSITE = {Mode.ALL: Mode.NOT_ALL, Mode.ANY: Mode.NONE, Mode.NONE: Mode.ANY, Mode.NOT_ALL: Mode.ALL}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about a fact or about what follows from facts.

    `values` are those asked for, empty for yes or no; `limit` names the threshold it is held against. `holds` False: it
    must not be so.
    """

    name: str
    values: tuple[str, ...] = ()
    limit: str = ""
    holds: bool = True

    def negated(self) -> Asked:
        return replace(self, holds=not self.holds)


@dataclass(frozen=True, slots=True)
class Group:
    """Several tests together."""

    mode: Mode
    parts: tuple[Asked | Group, ...]

    def negated(self) -> Group:
        return replace(self, mode=_OPPOSITE[self.mode])


@cache
def condition_of(rule: Rule) -> Group | None:
    """The condition of a rule; None for the default, which speaks when no other rule does."""
    if rule.kind is Kind.DEFAULT:
        return None
    found = _Reader(rule.condition_text.split("  =>")[0]).read()
    return found if isinstance(found, Group) and found.mode in (Mode.ALL, Mode.ANY) else Group(Mode.ALL, (found,))


def asked_in(node: Asked | Group | None) -> tuple[Asked, ...]:
    """Every question in a condition, in its order."""
    if node is None:
        return ()
    return (node,) if isinstance(node, Asked) else tuple(test for part in node.parts for test in asked_in(part))


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.place = text, 0
        self.tokens: list[str] = _TOKEN.findall(text)
        if "".join(self.tokens).replace(" ", "") != text.replace(" ", ""):
            raise ValueError(f"cannot read {text!r}")

    def read(self) -> Asked | Group:
        found = self._list("OR", Mode.ANY)
        if self.place != len(self.tokens):
            raise ValueError(f"cannot read the end of {self.text!r}")
        return found

    def _list(self, word: str, mode: Mode) -> Asked | Group:
        parts = [self._part(mode)]
        while self._next() == word:
            self._take()
            parts.append(self._part(mode))
        if len(parts) == 1:
            return parts[0]
        return Group(mode, tuple(inner for part in parts for inner in _flat(part, mode)))

    def _part(self, mode: Mode) -> Asked | Group:
        return self._list("AND", Mode.ALL) if mode is Mode.ANY else self._one()

    def _one(self) -> Asked | Group:
        word = self._take()
        if word == "NOT":
            return self._one().negated()
        if word == "(":
            found = self._list("OR", Mode.ANY)
            if self._take() != ")":
                raise ValueError(f"a bracket is open in {self.text!r}")
            return found
        return self._test(word)

    def _test(self, name: str) -> Asked:
        match self._next():
            case "=" | "!=" as sign:
                self._take()
                return _equal(name, self._take(), holds=sign == "=")
            case "<=" | ">" as sign:
                self._take()
                return Asked(name, limit=self._take(), holds=sign == "<=")
            case "in" | "not" as sign:
                self._take()
                if sign == "not":
                    self._take()
                return self._among(name, holds=sign == "in")
        return Asked(name)

    def _among(self, name: str, *, holds: bool) -> Asked:
        word = self._take()
        if word.startswith("{"):
            return Asked(name, tuple(part.strip() for part in word.strip("{}").split(",")), holds=holds)
        return Asked(name, _SETS[word], holds=holds) if word in _SETS else Asked(name, limit=word, holds=holds)

    def _next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _take(self) -> str:
        if self.place >= len(self.tokens):
            raise ValueError(f"{self.text!r} ends too early")
        self.place += 1
        return self.tokens[self.place - 1]


def _flat(part: Asked | Group, mode: Mode) -> tuple[Asked | Group, ...]:
    """“(a AND b) AND c” is one list."""
    return part.parts if isinstance(part, Group) and part.mode is mode else (part,)


def _equal(name: str, value: str, *, holds: bool) -> Asked:
    if value in ("true", "false"):
        return Asked(name, holds=holds is (value == "true"))
    return Asked(name, (value,), holds=holds)

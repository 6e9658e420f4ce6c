"""One thing a person can bring about, and the better neighbour that it, or two of them, lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contacts.policy.facts import Facts
from contacts.policy.rule import Outcome

Change = Callable[[Facts], Mapping[str, Any] | None]


def different(facts: Facts, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Of the changes those that change something."""
    return {name: value for name, value in changes.items() if getattr(facts, name) != value}


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing a person can bring about; `change` yields the inputs to change, None where it does not apply.

    `about` names the inputs that the lever is about: two levers about the same input exclude each other. What merely
    hangs on it (the consent of another way) is not among them. `moves`: it leads to another way of contact, so what
    is done beside it is done there. `where` tells where, or by whom, it is done.
    """

    key: str
    effort: int
    label_de: str
    label_en: str
    where_de: str
    where_en: str
    about: frozenset[str]
    change: Change
    moves: bool = False

    def combines_with(self, other: Lever) -> bool:
        return not self.about & other.about


@dataclass(frozen=True, slots=True)
class Alternative:
    """A better neighbour: the inputs that differ, and the outcome one would get.

    `steps` are the keys of the levers in the order in which they are pulled; `key` joins them with “+”.
    """

    key: str
    changes: Mapping[str, Any]
    outcome: Outcome
    label_de: str
    label_en: str
    effort: int
    steps: tuple[str, ...]


# The German labels whose first word is a noun keep its capital in the middle of a sentence.
NOUNS = ("Firma", "Gesundheits-")


def alternative(steps: tuple[Lever, ...], changes: Mapping[str, Any], outcome: Outcome) -> Alternative:
    """The alternative that pulling these levers is."""
    return Alternative(
        key="+".join(lever.key for lever in steps),
        changes=changes,
        outcome=outcome,
        label_de=joined([lever.label_de for lever in steps], "und"),
        label_en=joined([lever.label_en for lever in steps], "and"),
        effort=sum(lever.effort for lever in steps),
        steps=tuple(lever.key for lever in steps),
    )


def joined(labels: list[str], word: str) -> str:
    """“Write a letter and take the promotion out of the text”."""
    return f" {word} ".join([labels[0], *(inside(label) for label in labels[1:])])


def inside(label: str) -> str:
    """A label in the middle of a sentence."""
    return label if label.split()[0] in NOUNS else label[:1].lower() + label[1:]

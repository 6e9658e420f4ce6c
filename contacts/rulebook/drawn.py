"""What the rule book shows of a rule set, drawn once for each language and then remembered in the process.

It is content of the rule set alone: the same for everybody who reads it, and another rule set is another one. Which of
them is in force, who has released it and why is read each time, and nothing about people is remembered (decision 0031).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from contacts import policy
from contacts.rulebook.book import Entry, entries

#: Rule sets in a language; one of them takes about 200 kB.
MOST_KEPT = 8


@dataclass(frozen=True)
class Drawn:
    """The rules in the order of the rule book, each with its HTML, and what they oblige to."""

    rules: tuple[tuple[Entry, SafeString], ...]
    obligations: SafeString


@dataclass(frozen=True)
class _Content:
    """Rule sets are the same where number and hash are: the hash is over all their words."""

    number: int
    digest: str
    language: str | None
    rules: policy.RuleSet = field(compare=False)


def drawn(rules: policy.RuleSet) -> Drawn:
    """In the language in which is spoken now."""
    return _drawn(_Content(rules.number, rules.hash, get_language(), rules))


@lru_cache(maxsize=MOST_KEPT)
def _drawn(content: _Content) -> Drawn:
    lines = tuple((entry, _html("_entry", {"entry": entry})) for entry in entries(content.rules))
    return Drawn(lines, _html("_obligations", {"obligations": content.rules.obligations}))


def _html(part: str, words: dict[str, Any]) -> SafeString:
    return render_to_string(f"rulebook/{part}.html", words)

"""A numbered, immutable set of rules, obligations and thresholds, with a fingerprint of its whole content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import time
from functools import cache, cached_property
from importlib import resources

from contacts.policy.facts import Facts, Platform, PlatformStatus
from contacts.policy.obligations import OBLIGATIONS
from contacts.policy.rule import Kind, Obligation, Outcome, Rule
from contacts.policy.rules import ALL_RULES
from contacts.policy.thresholds import Thresholds


@dataclass(frozen=True)
class RuleSet:
    """Rules in the order of the rule book. Equal content has an equal hash, on every machine."""

    number: int
    rules: tuple[Rule, ...]
    obligations: tuple[Obligation, ...]
    thresholds: Thresholds
    #: The status of a platform is at least as strict as said here, whatever the register says.
    platforms: tuple[tuple[Platform, PlatformStatus], ...] = ()

    @cached_property
    def hash(self) -> str:
        """SHA-256 over all words of the set and over the source text of the conditions, as 64 hex digits.

        The source is hashed, not the byte code: it is the same under every Python version.
        """
        words: dict[str, object] = {
            "number": self.number,
            "rules": [_words(rule) for rule in self.rules],
            "obligations": [_words(obligation) for obligation in self.obligations],
            "thresholds": asdict(self.thresholds),
        }
        if self.platforms:
            words["platforms"] = self.platforms
        content = json.dumps(words, default=_plain, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256((content + _source_of_conditions()).encode()).hexdigest()

    @cached_property
    def asked(self) -> tuple[Rule, ...]:
        """The rules whose condition is evaluated: all but the default, which the evaluator itself knows."""
        return tuple(rule for rule in self.rules if rule.kind is not Kind.DEFAULT)

    def seen(self, facts: Facts) -> Facts:
        """The facts as this rule set reads them: of two words about a platform the stricter one counts."""
        mine = next((status for platform, status in self.platforms if platform is facts.platform), None)
        if mine is None or _STRICTNESS[mine] <= _STRICTNESS[facts.platform_status]:
            return facts
        return replace(facts, platform_status=mine)

    @cached_property
    def default(self) -> Rule:
        return next(rule for rule in self.rules if rule.kind is Kind.DEFAULT)


_STRICTNESS = {PlatformStatus.APPROVED: 0, PlatformStatus.UNDER_REVIEW: 1, PlatformStatus.NOT_APPROVED: 2}


def _words(thing: Rule | Obligation) -> dict[str, object]:
    names = [name for name in thing.__slots__ if name != "condition"]
    return {name: getattr(thing, name) for name in names}


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, time):
        return value.isoformat()
    raise TypeError(f"cannot hash {value!r}")


@cache
def _source_of_conditions() -> str:
    package = resources.files("contacts.policy")
    folder = package / "rules"
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".py")), key=lambda f: f.name)
    modules = [*files, package / "obligations.py", package / "derived.py"]
    return "\n".join(module.read_text(encoding="utf-8") for module in modules)


def rule_set_with(thresholds: Thresholds, *, number: int = 1) -> RuleSet:
    """The same rules under other thresholds; a different set with a different hash."""
    stale = Outcome(thresholds.stale_consent_outcome)
    rules = tuple(replace(rule, outcome=stale) if rule.id == "CON-04" else rule for rule in ALL_RULES)
    return RuleSet(number=number, rules=rules, obligations=OBLIGATIONS, thresholds=thresholds)


RULE_SET_1 = rule_set_with(Thresholds())

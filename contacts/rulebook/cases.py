"""Golden cases as pages: the contact in words, the answer that everybody agreed on, and what the rules say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts import policy
from contacts.policy.golden import GoldenCase
from contacts.policy.ordinary import ALWAYS_SAID, unusual
from contacts.rulebook.case_titles import title_of
from contacts.rulebook.checking import cases_of
from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.sayings import fact_words
from portal.vocabulary import Purpose, way_in_words

#: Said with the channel.
_WAY = ("platform",)


@dataclass(frozen=True)
class CasePage:
    """One golden case under one rule set, with its name in addresses."""

    slug: str
    case: GoldenCase
    rules: policy.RuleSet

    @property
    def title(self) -> str:
        return title_of(self.case.id)

    @cached_property
    def facts(self) -> policy.Facts:
        return policy.parse_inputs(self.case.id, self.case.inputs)[0]

    @cached_property
    def decision(self) -> policy.Decision:
        return policy.decide(self.facts, self.rules)

    @property
    def outcome(self) -> str:
        return self.case.outcome.value

    @property
    def as_expected(self) -> bool:
        """Whether the rule set gives the expected answer, by the expected rules where these are named."""
        expected = self.case.deciding_rules
        said = {finding.rule.id for finding in self.decision.deciding}
        return self.decision.outcome is self.case.outcome and (expected is None or set(expected) == said)

    @property
    def question(self) -> str:
        return question_words(self.facts)

    @property
    def unusual(self) -> list[str]:
        return unusual_words(self.facts)

    @cached_property
    def speaking(self) -> frozenset[str]:
        """The rules that fire, whatever the answer."""
        return frozenset(finding.rule.id for finding in self.decision.findings)


def case_pages(version: RuleSetVersion | None, rules: policy.RuleSet) -> list[CasePage]:
    """The golden cases of a version (None = the shipped rule set), each with an address of its own."""
    found = cases_of(version)
    return [CasePage(slug, case, rules) for slug, case in zip(slugs(case.id for case in found), found, strict=True)]


def slugs(names: Iterable[str]) -> list[str]:
    """A name in addresses for each id, in their order; two that would be alike are numbered."""
    seen: dict[str, int] = {}
    made = []
    for name in names:
        slug = slugify(name)[:60] or "case"
        seen[slug] = seen.get(slug, 0) + 1
        made.append(slug if seen[slug] == 1 else f"{slug}--{seen[slug]}")
    return made


def way_words(facts: policy.Facts) -> str:
    return way_in_words(facts.channel.value, facts.platform.value if facts.platform else "")


def question_words(facts: policy.Facts) -> str:
    words = {"way": way_words(facts), "purpose": Purpose(facts.purpose).label}
    return _("May a customer be contacted over %(way)s, for: %(purpose)s?") % words


def unusual_words(facts: policy.Facts, usual: policy.Facts | None = None) -> list[str]:
    """What differs from an ordinary contact, or from `usual`, in words."""
    found: dict[str, Any] = unusual(facts) if usual is None else unusual(facts, usual)
    hidden = (*ALWAYS_SAID, *_WAY) if usual is None else ()
    return [words for name, value in found.items() if name not in hidden for words in fact_words(name, value)]

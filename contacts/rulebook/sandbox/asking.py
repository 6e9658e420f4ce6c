"""What an address asks: from which case it starts, what was changed, and under which rule set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from contacts import policy
from contacts.policy.ordinary import ORDINARY_FACTS, unusual
from contacts.rulebook.cases import CasePage, case_pages, unusual_words
from contacts.rulebook.models import SHIPPED, RuleSetVersion
from contacts.rulebook.presenting import history
from contacts.rulebook.sandbox.form import FACTS, SandboxForm
from contacts.rulebook.sandbox.query import query_of
from contacts.rulebook.selectors import rule_set_of_version


@dataclass(frozen=True)
class Asked:
    """One look into the sandbox. `said` are the words of the address, the last one where there are several."""

    said: Mapping[str, str]
    released: list[RuleSetVersion]
    at: datetime

    @cached_property
    def counting(self) -> int:
        """The number of the rule set in force."""
        return next((row.number for row in history(self.released, self.at) if row.tone == "allowed"), SHIPPED)

    @cached_property
    def pages(self) -> list[CasePage]:
        """The golden cases to start from: those of the rule set in force."""
        rules = rule_set_numbered(self.counting, self.released) or SHIPPED_RULES
        return case_pages(self._version(rules.number), rules)

    @cached_property
    def start(self) -> CasePage | None:
        return next((page for page in self.pages if page.slug == self.said.get("case")), None)

    @property
    def start_is_unknown(self) -> bool:
        return bool(self.said.get("case")) and self.start is None

    @property
    def start_facts(self) -> policy.Facts:
        return self.start.facts if self.start is not None else ORDINARY_FACTS

    @cached_property
    def form(self) -> SandboxForm:
        said = {"rules": str(self.counting), **query_of(self.start_facts)}
        said |= {name: self.said[name] for name in ("rules", *FACTS) if name in self.said}
        return SandboxForm(said, rule_sets=self._choices())

    def _choices(self) -> list[tuple[str, str]]:
        words = _("Rule set %(number)s: %(state)s")
        return [
            (str(row.number), words % {"number": row.number, "state": row.word})
            for row in history(self.released, self.at)
            if row.number == SHIPPED or rule_set_numbered(row.number, self.released) is not None
        ]

    def _version(self, number: int) -> RuleSetVersion | None:
        return next((row for row in self.released if row.number == number), None)

    @cached_property
    def decision(self) -> policy.Decision | None:
        """The answer of the rules; None while something that was said cannot be."""
        if not self.form.is_valid():
            return None
        rules = rule_set_numbered(int(self.form.cleaned_data["rules"]), self.released)
        return policy.decide(self.form.facts, rules or SHIPPED_RULES)

    @property
    def changed(self) -> frozenset[str]:
        """The facts that differ from where one started, by the name of their field."""
        if not self.form.is_valid():
            return frozenset()
        found = unusual(self.form.facts, self.start_facts)
        return frozenset(found) | frozenset(found.get("s7_3", ()))

    @property
    def changes(self) -> list[str]:
        return unusual_words(self.form.facts, self.start_facts) if self.form.is_valid() else []

    def address_of(self, facts: policy.Facts) -> str:
        """The sandbox about other facts, from the same start and under the same rule set."""
        more = {"rules": self.form.cleaned_data["rules"]}
        if self.start is not None:
            more["case"] = self.start.slug
        return f"{reverse('sandbox')}?{urlencode({**more, **query_of(facts)})}"


SHIPPED_RULES = policy.RULE_SET_1


def rule_set_numbered(number: int, released: list[RuleSetVersion]) -> policy.RuleSet | None:
    """A released rule set, or the shipped one; None for one that this software cannot read any more."""
    if number == SHIPPED:
        return SHIPPED_RULES
    version = next((row for row in released if row.number == number), None)
    try:
        return rule_set_of_version(version) if version is not None else None
    except policy.SettingsError:
        return None

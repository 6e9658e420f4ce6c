"""The rules about wording as a reader sees them: which phrases make a message advertising, and why."""

from __future__ import annotations

from dataclasses import dataclass

from contacts.policy.promotion import RULES, PromotionRule
from contacts.rulebook.book import in_german


@dataclass(frozen=True)
class Wording:
    """One rule about wording. It is part of the portal, not of a rule set: no version of one changes it."""

    rule: PromotionRule

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def title(self) -> str:
        return self.rule.title_de if in_german() else self.rule.title_en

    @property
    def reason(self) -> str:
        return self.rule.reason_de if in_german() else self.rule.reason_en


WORDINGS = tuple(Wording(rule) for rule in RULES)


def wording(rule: str) -> Wording | None:
    """The rule about wording of this id, if it is one."""
    return next((one for one in WORDINGS if one.id == rule), None)

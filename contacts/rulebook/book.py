"""The rule book as a reader looks through it: every rule with its words, and what was asked for in the address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contacts import policy
from contacts.rulebook.disputes import DISPUTES, Dispute
from contacts.rulebook.sayings import Block, condition_words
from portal.ui.citations import citation_in
from portal.vocabulary import Outcome

MAIN_FACTORS = ("reason", "consent", "source", "account")
FACTORS = {
    "reason": gettext_lazy("Reason"),
    "consent": gettext_lazy("Consent"),
    "source": gettext_lazy("Source"),
    "account": gettext_lazy("Account"),
    "person": gettext_lazy("Person"),
    "training": gettext_lazy("Training"),
    "time": gettext_lazy("Time"),
}
BASES = {
    "law": gettext_lazy("From law"),
    "disputed": gettext_lazy("Lawyers disagree"),
    "policy": gettext_lazy("House rule"),
}


def in_german() -> bool:
    return (get_language() or "de").startswith("de")


@dataclass(frozen=True)
class Entry:
    """One rule of one rule set. `shipped`: the outcome it is shipped with, where the company has set another one."""

    rule: policy.Rule
    rules: policy.RuleSet
    shipped: str = ""

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def reason(self) -> str:
        return self.rule.reason_de if in_german() else self.rule.reason_en

    @property
    def outcome(self) -> str:
        """Empty for the rule that only makes a message advertising."""
        return self.rule.outcome.value if self.rule.outcome is not None else ""

    @cached_property
    def condition(self) -> Block:
        return condition_words(self.rule, self.rules.thresholds)

    @property
    def factor(self) -> str:
        return str(FACTORS[self.rule.factor])

    @property
    def basis(self) -> str:
        return str(BASES[self.rule.basis.value])

    @property
    def dispute(self) -> Dispute | None:
        return DISPUTES.get(self.rule.id)

    @property
    def kind(self) -> str:
        return {
            "derive": _("It makes the message advertising as a whole; other rules then decide."),
            "ground": _("It assesses the contact on its own. Without such a rule the data protection officer decides."),
            "gate": _("It only makes the answer stricter; it never permits anything."),
            "default": _("It fills the gap where no other rule has an answer."),
        }[self.rule.kind.value]

    @cached_property
    def words(self) -> str:
        """Everything a reader may search for, in both languages."""
        rule = self.rule
        sources = (rule.citation, citation_in("de", rule.citation))
        return " ".join([rule.id, rule.reason_en, rule.reason_de, *sources, self.factor, self.condition.plain])


def entries(rules: policy.RuleSet) -> list[Entry]:
    """All rules in the order of the rule book."""
    shipped = {rule.id: rule.outcome for rule in policy.RULE_SET_1.rules}
    return [
        Entry(rule, rules, "" if shipped[rule.id] is rule.outcome else str(shipped[rule.id])) for rule in rules.rules
    ]


class BookFilter(forms.Form):
    """What somebody looks for; it stands in the address, so a view can be sent to a colleague."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100)
    factor = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("Answer"), required=False)
    basis = forms.ChoiceField(label=gettext_lazy("Where it comes from"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        main = [(name, FACTORS[name]) for name in MAIN_FACTORS]
        choices: dict[str, list[Any]] = {
            "factor": [*main, ("other", _("Person, training, time"))],
            "outcome": Outcome.choices,
            "basis": list(BASES.items()),
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *offered]
            field.error_messages["invalid_choice"] = _("This cannot be chosen here. Choose one of the list.")

    @property
    def asks(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())

    def among(self, found: Iterable[tuple[Entry, SafeString]]) -> list[tuple[Entry, SafeString]]:
        """The rules that fit everything that was asked for; all of them where something could not be read."""
        if not self.asks:
            return list(found)
        return [(entry, html) for entry, html in found if self._fits(entry)]

    def _fits(self, entry: Entry) -> bool:
        asked = self.cleaned_data
        factor = entry.rule.factor if entry.rule.factor in MAIN_FACTORS else "other"
        words = entry.words.casefold()
        return (
            asked["factor"] in ("", factor)
            and asked["outcome"] in ("", entry.outcome)
            and asked["basis"] in ("", entry.rule.basis.value)
            and all(part in words for part in asked["q"].casefold().split())
        )

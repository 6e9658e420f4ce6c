"""The answer of the sandbox in words: the sentence, the four lights, what to mind, and the ways to green."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from contacts import policy
from contacts.policy.contradictions import changed_with
from contacts.rulebook.book import FACTORS, MAIN_FACTORS, Entry, entries, in_german
from contacts.rulebook.cases import unusual_words, way_words
from contacts.rulebook.sandbox.asking import Asked
from portal.vocabulary import Purpose

#: So many ways are shown, the best first.
MOST_WAYS = 5
TONES = {
    "allowed": "allowed",
    "needs_manager_approval": "manager",
    "needs_dpo_approval": "dpo",
    "forbidden": "forbidden",
}


@dataclass(frozen=True, slots=True)
class Light:
    """One of the four factors, or one of the rest where it has something to say."""

    title: str
    tone: str
    word: str
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class WayOut:
    """A change, or two, that lead to a better answer: what to do, what differs then, and the sandbox about it."""

    label: str
    outcome: str
    differs: list[str]
    address: str


@dataclass(frozen=True)
class Told:
    """Everything that the page says about one answer."""

    decision: policy.Decision
    sentence: str
    tone: str
    lights: list[Light]
    ways: list[WayOut]

    @property
    def outcome(self) -> str:
        return self.decision.outcome.value

    @property
    def obligations(self) -> tuple[policy.Obligation, ...]:
        return self.decision.obligations

    @property
    def legal_basis(self) -> str:
        return self.decision.legal_basis


def told(asked: Asked) -> Told | None:
    """None while something that was said cannot be."""
    decision = asked.decision
    if decision is None:
        return None
    outcome = decision.outcome.value
    return Told(decision, sentence(decision), TONES[outcome], _lights(decision), _ways(decision, asked))


def sentence(decision: policy.Decision) -> str:
    """The verdict as the page about a customer would say it."""
    words = {"way": way_words(decision.facts), "purpose": Purpose(decision.facts.purpose).label}
    return {
        "allowed": _("Yes, over %(way)s, for: %(purpose)s."),
        "needs_manager_approval": _("Perhaps: your manager decides about %(way)s for: %(purpose)s."),
        "needs_dpo_approval": _("Perhaps: the data protection officer decides about %(way)s for: %(purpose)s."),
        "forbidden": _("No, not over %(way)s for: %(purpose)s."),
    }[decision.outcome.value] % words


def _lights(decision: policy.Decision) -> list[Light]:
    known = {entry.id: entry for entry in entries(decision.rules)}
    groups = decision.by_factor()
    shown = [*MAIN_FACTORS, *(name for name in FACTORS if name not in MAIN_FACTORS and groups[name].findings)]
    return [_light(name, groups[name], decision, known) for name in shown]


def _light(name: str, group: Any, decision: policy.Decision, known: dict[str, Entry]) -> Light:
    spoken = [known[finding.rule.id] for finding in group.findings]
    if name == "consent" and group.outcome is None and decision.facts.consent_state.value != "active":
        return Light(str(FACTORS[name]), "quiet", _("Not asked for"), spoken)
    outcome = group.outcome.value if group.outcome is not None else "allowed"
    return Light(str(FACTORS[name]), TONES[outcome], _word(outcome), spoken)


def _word(outcome: str) -> str:
    return {
        "allowed": _("Fine"),
        "needs_manager_approval": _("Approval"),
        "needs_dpo_approval": _("Check"),
        "forbidden": _("Stop"),
    }[outcome]


def _ways(decision: policy.Decision, asked: Asked) -> list[WayOut]:
    return [_way(one, decision, asked) for one in decision.ways_out[:MOST_WAYS]]


def _way(one: policy.Alternative, decision: policy.Decision, asked: Asked) -> WayOut:
    there = changed_with(decision.facts, **one.changes)
    label = one.label_de if in_german() else one.label_en
    return WayOut(label, one.outcome.value, unusual_words(there, decision.facts), asked.address_of(there))

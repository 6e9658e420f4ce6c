"""A question in the shape of its form: every field with its words and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contacts.policy import RULE_SET_1, RuleSet
from portal.vocabulary import Outcome
from training.presenting.editing.facts import SECTION_73_LABELS, FactField, fact_fields
from training.presenting.editing.parts import PARTS, Part, Values, empty_row, with_empty_rows
from training.presenting.editing.posted import WRONG_WHYS, case_of, number_shown
from training.questions import Text

KIND_WORDS: Mapping[str, str | Promise] = {
    "single": _("Single choice"),
    "multiple": _("Multiple choice"),
    "true_false": _("True or false"),
    "matching": _("Matching"),
    "ordering": _("Ordering"),
    "numerical": _("Number"),
    "short_text": _("Short text"),
    "case": _("Case"),
}

_TEXTS = (("text", _("Question")), ("explanation", _("Explanation")))


@dataclass(frozen=True, slots=True)
class Pair:
    """The same field in both languages, side by side."""

    name: str
    label: str
    de: str
    en: str

    @property
    def lacks_de(self) -> bool:
        return bool(self.en.strip() and not self.de.strip())

    @property
    def lacks_en(self) -> bool:
        return bool(self.de.strip() and not self.en.strip())


@dataclass(frozen=True, slots=True)
class RowShown:
    """An entry of a list."""

    number: int
    key: str
    pairs: tuple[Pair, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class PartShown:
    part: Part
    rows: tuple[RowShown, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say about a case: the outcome and each deciding rule with its reason."""

    outcome: str
    word: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EditSheet:
    """Everything the form of one question shows."""

    kind: str
    kind_word: str
    values: Values
    texts: tuple[Pair, ...]
    parts: tuple[PartShown, ...]
    numbers: Mapping[str, str] = field(default_factory=dict)
    unit: Pair | None = None
    accepted: Pair | None = None
    facts: tuple[FactField, ...] = ()
    section_73: tuple[tuple[str, str, bool], ...] = ()
    verdict: Verdict | None = None
    whys: tuple[tuple[int, str], ...] = ()
    rules: tuple[tuple[str, str], ...] = ()


def blank(kind: str, category: str = "") -> Values:
    """A new question with its first empty entries."""
    nothing = {"de": "", "en": ""}
    values: Values = {"key": "", "category": category, "kind": kind, "text": nothing, "explanation": nothing}
    values |= {"source": "", "facts": {}, "why": [], "accepted": {"de": [], "en": []}, "unit": nothing}
    values |= {"right": None, "tolerance": 0}
    others: list[Values] = []
    for part in PARTS.get(kind, ()):
        rows = with_empty_rows([], part, part.start, others)
        values[part.name], others = rows, [*others, *rows]
    return values


def sheet_for(values: Values, rules: RuleSet) -> EditSheet:
    """The form of a question that is there, was just posted, or begins blank; a case with what the rules say."""
    kind = values["kind"]
    texts = (
        _pair("text", _("Question"), values["text"]),
        _pair("explanation", _("Explanation"), values["explanation"]),
    )
    parts = tuple(PartShown(part, _rows(values, part)) for part in PARTS.get(kind, ()))
    extra: dict[str, Any] = {}
    if kind == "numerical":
        extra["numbers"] = {name: number_shown(values.get(name)) for name in ("right", "tolerance")}
        extra["unit"] = _pair("unit", _("Unit"), values.get("unit") or {})
    if kind == "short_text":
        lines = {name: "\n".join(words) for name, words in values["accepted"].items()}
        extra["accepted"] = _pair("accepted", _("Accepted answers, one on a line"), lines)
    if kind == "case":
        extra = _case(values, rules)
    return EditSheet(kind, str(KIND_WORDS[kind]), values, texts, parts, **extra)


def _pair(name: str, label: str | Promise, words: Mapping[str, str]) -> Pair:
    return Pair(name, str(label), words.get("de", ""), words.get("en", ""))


def _rows(values: Values, part: Part) -> tuple[RowShown, ...]:
    """What is there, and an empty entry where there is none, so that one can always write."""
    rows = values.get(part.name) or [empty_row(part, {row["key"] for row in values.get("pairs", [])})]
    return tuple(
        RowShown(
            number,
            row["key"],
            tuple(_pair(f"{part.name}-{number}-{column}", label, row[column]) for column, label in part.columns),
            bool(row.get("right")),
        )
        for number, row in enumerate(rows, start=1)
    )


def _case(values: Values, rules: RuleSet) -> dict[str, Any]:
    facts = values["facts"]
    verdict = _verdict(facts, rules)
    deciding = [rule for rule, _reason in verdict.reasons] if verdict else []
    wrong = [rule for rule in values["why"] if rule not in deciding][:WRONG_WHYS]
    met = facts.get("s7_3") if isinstance(facts.get("s7_3"), Mapping) else {}
    return {
        "facts": tuple(fact_fields(facts)),
        "section_73": tuple((name, str(label), bool(met.get(name))) for name, label in SECTION_73_LABELS.items()),
        "verdict": verdict,
        "whys": tuple(enumerate([*wrong, *[""] * (WRONG_WHYS - len(wrong))], start=1)),
        "rules": tuple((rule.id, f"{rule.id}: {_words(rule.reason_de, rule.reason_en)}") for rule in RULE_SET_1.rules),
    }


def _verdict(facts: Values, rules: RuleSet) -> Verdict | None:
    question = case_of(facts)
    if question is None:
        return None
    decision = question.decision(rules)
    reasons = tuple(
        (finding.rule.id, _words(finding.rule.reason_de, finding.rule.reason_en)) for finding in decision.deciding
    )
    return Verdict(decision.outcome.value, str(Outcome(decision.outcome.value).label), reasons)


def _words(de: str, en: str) -> str:
    return Text(de, en).in_(get_language() or "de")

"""Questions and answers by chance, as JSON, over everything that the shapes allow."""

from __future__ import annotations

import random
from typing import Any

from contacts.policy import RULE_SET_1

KINDS = ("single", "multiple", "true_false", "matching", "ordering", "numerical", "short_text", "case")
WORDS = ("Brief", "Anruf", "Einwilligung", "E-Mail", "72", "Widerspruch", "UWG § 7", "Ärger & <Spaß>", "a=b {c} ~d#e:f")
FACTS: list[dict[str, Any]] = [
    {"purpose": "private", "channel": "messenger", "platform": "whatsapp", "sending_account": "private_account"},
    {"purpose": "marketing", "channel": "phone", "automated_call": True},
    {"purpose": "service", "channel": "email", "objection": "full_block"},
    {"purpose": "legal_obligation", "channel": "email"},
    {"purpose": "debt_collection", "channel": "sms"},
    {"purpose": "service", "channel": "email", "contains_promotion": True},
]


def text(chance: random.Random, mark: object) -> dict[str, str]:
    words = f"{chance.choice(WORDS)} {mark}"
    return {"de": words, "en": f"{words} (en)"}


def question(chance: random.Random, kind: str, number: int = 0) -> dict[str, Any]:
    """One question of a kind, as JSON."""
    common = {"key": f"q-{number}", "category": chance.choice(("reason", "consent")), "kind": kind, "source": "UWG §7"}
    common |= {"text": text(chance, "?"), "explanation": text(chance, "!")}
    return common | _BODIES[kind](chance)


def options(chance: random.Random, right: int, wrong: int) -> dict[str, Any]:
    flags = [True] * right + [False] * wrong
    chance.shuffle(flags)
    return {"options": [{"key": f"o{n}", "text": text(chance, n), "right": flag} for n, flag in enumerate(flags)]}


def pairs(chance: random.Random) -> dict[str, Any]:
    count, more = chance.randint(2, 6), chance.randint(0, 3)
    return {
        "pairs": [{"key": f"p{n}", "left": text(chance, n), "right": text(chance, n)} for n in range(count)],
        "distractors": [{"key": f"d{n}", "text": text(chance, f"d{n}")} for n in range(more)],
    }


def number(chance: random.Random) -> dict[str, Any]:
    right = chance.choice((72, 5, 1.5, -0.25, 300000, 0, 1500))
    return {"right": right, "tolerance": chance.choice((0, 0, 0.5, 2)), "unit": chance.choice(({}, {"de": "EUR"}))}


def case(chance: random.Random) -> dict[str, Any]:
    from training.questions import case_verdict, from_json

    facts = chance.choice(FACTS)
    shell = {"key": "k", "category": "c", "kind": "case", "text": {"de": "?"}, "facts": facts, "why": ["DEF-01"]}
    deciding = list(case_verdict(from_json(shell))[1])
    others = [rule.id for rule in RULE_SET_1.rules if rule.id not in deciding]
    why = deciding + chance.sample(others, chance.randint(2, 4))
    chance.shuffle(why)
    return {"facts": facts, "why": why}


_BODIES: dict[str, Any] = {
    "single": lambda chance: options(chance, 1, chance.randint(1, 5)),
    "multiple": lambda chance: options(chance, chance.randint(1, 5), chance.randint(1, 5)),
    "true_false": lambda chance: {"right": chance.random() < 0.5},
    "matching": pairs,
    "ordering": lambda c: {"items": [{"key": f"i{n}", "text": text(c, n)} for n in range(c.randint(2, 7))]},
    "numerical": number,
    "short_text": lambda c: {"accepted": {"de": ["Widerruf", "Straße"], "en": c.choice(([], ["withdrawal"]))}},
    "case": case,
}


def some(chance: random.Random, keys: list[str]) -> list[str]:
    return chance.sample(keys, chance.randint(0, len(keys)))


def answer(chance: random.Random, q: dict[str, Any]) -> dict[str, Any] | None:
    """An answer that a form could send, right, wrong, in part or not at all."""
    if chance.random() < 0.05:
        return chance.choice((None, {}))
    return _ANSWERS[q["kind"]](chance, q)


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return [row["key"] for row in rows]


def matched(chance: random.Random, q: dict[str, Any]) -> dict[str, Any]:
    rights = keys(q["pairs"]) + keys(q["distractors"])
    lefts = some(chance, keys(q["pairs"]))
    return {"pairs": {left: left if chance.random() < 0.5 else chance.choice(rights) for left in lefts}}


def ordered(chance: random.Random, q: dict[str, Any]) -> dict[str, Any]:
    order: list[str | None] = list(keys(q["items"]))
    if chance.random() < 0.8:
        chance.shuffle(order)
    return {"order": [key if chance.random() < 0.9 else None for key in order]}


def typed(chance: random.Random, q: dict[str, Any]) -> dict[str, Any]:
    value = q["right"] + chance.choice((0, 0, 0.5, -0.5, 2, 3))
    english = f"{value:,}" if chance.random() < 0.5 else str(value)
    return {"value": english if chance.random() < 0.5 else english.translate(str.maketrans(",.", ".,"))}


def judged(chance: random.Random, q: dict[str, Any]) -> dict[str, Any]:
    outcomes = (None, "allowed", "needs_manager_approval", "needs_dpo_approval", "forbidden", "forbidden")
    return {"outcome": chance.choice(outcomes), "why": some(chance, q["why"])}


_ANSWERS: dict[str, Any] = {
    "single": lambda c, q: {"chosen": c.choice(keys(q["options"]))},
    "multiple": lambda c, q: {"chosen": some(c, keys(q["options"]))},
    "true_false": lambda c, q: {"chosen": c.choice((True, False, "true", "false", ""))},
    "matching": matched,
    "ordering": ordered,
    "numerical": typed,
    "short_text": lambda c, q: {"text": c.choice(("widerruf ", "STRASSE", "Withdrawal", "Brief", " "))},
    "case": judged,
}

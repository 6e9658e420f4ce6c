"""What an answer earns, once more: from the raw JSON and by counting, sharing no code with `training.questions`.

Where the product folds formulas into one, this follows the words of the definition, option by option.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from contacts.policy import RULE_SET_1, decide, parse_inputs
from tests.policy.draw import BASE


def earned(q: dict[str, Any], given: dict[str, Any] | None) -> Fraction:
    """0 for nothing; otherwise by kind."""
    return Fraction(0) if not given else Fraction(_BY_KIND[q["kind"]](q, given))


def picks(right: list[str], wrong: list[str], chosen: list[str]) -> Fraction:
    """Each right pick is worth its part of one. Each wrong pick takes that much away, or more where there are so few
    wrong ones that all of them together would not eat up everything."""
    part = Fraction(1) / len(right)
    fine = part
    while fine * len(wrong) < 1:
        fine = Fraction(1) / len(wrong)
    purse = Fraction(0)
    for pick in chosen:
        purse = purse + part if pick in right else purse - fine
    return purse if purse > 0 else Fraction(0)


def _single(q, given):
    return next(option.get("right") is True for option in q["options"] if option["key"] == given["chosen"])


def _multiple(q, given):
    right = [option["key"] for option in q["options"] if option["right"]]
    return picks(right, [o["key"] for o in q["options"] if not o["right"]], given["chosen"])


def _true_false(q, given):
    return given["chosen"] != "" and str(given["chosen"]).lower() == str(q["right"]).lower()


def _matching(q, given):
    total = Fraction(0)
    for pair in q["pairs"]:
        if given["pairs"].get(pair["key"]) == pair["key"]:
            total += Fraction(1, len(q["pairs"]))
    return total


def _ordering(q, given):
    total = Fraction(0)
    for place, item in enumerate(q["items"]):
        if place < len(given["order"]) and given["order"][place] == item["key"]:
            total += Fraction(1, len(q["items"]))
    return total


def _numerical(q, given):
    """Tries every way to take the marks of the text away and to set one decimal point."""
    text = given["value"]
    for thousands, decimal in ((".", ","), (",", ".")):
        whole, _, rest = text.partition(decimal)
        groups = whole.lstrip("-").split(thousands)
        fits = len(groups) == 1 or (0 < len(groups[0]) < 4 and all(len(group) == 3 for group in groups[1:]))
        if fits and decimal not in rest and thousands not in rest:
            value = Fraction(whole.replace(thousands, "") + ("." + rest if rest else ""))
            low, high = (Fraction(str(q["right"])) + sign * Fraction(str(q["tolerance"])) for sign in (-1, 1))
            if low <= value <= high:
                return 1
    return 0


def _short_text(q, given):
    said = given["text"].strip().lower().replace("ß", "ss")
    return any(said == one.lower().replace("ß", "ss") for words in q["accepted"].values() for one in words)


def _case(q, given):
    facts, missing = parse_inputs("oracle", {**BASE, **q["facts"]})
    assert not missing
    decision = decide(facts, RULE_SET_1)
    if given["outcome"] != decision.outcome:
        return 0
    deciding = [finding.rule.id for finding in decision.deciding]
    wrong = [rule for rule in q["why"] if rule not in deciding]
    return Fraction(1, 2) + Fraction(1, 2) * picks(deciding, wrong, given["why"])


_BY_KIND = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "numerical": _numerical,
    "short_text": _short_text,
    "case": _case,
}

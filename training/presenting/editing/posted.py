"""What the form of a question sends back, as the JSON of `training.questions`; checked by `from_json`, not here."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify

from contacts.policy import RULE_SET_1, RuleSet
from training.presenting.editing.parts import (
    LANGUAGES,
    MOST_ROWS,
    PARTS,
    Part,
    Values,
    empty_row,
    is_empty,
    with_empty_rows,
)
from training.questions import BASE, Case, QuestionError, from_json
from training.questions.case import NEEDED_FACTS
from training.questions.writing import sole_reading

MORE_ROWS = 2
WRONG_WHYS = 4
SECTION_73 = ("address_from_sale", "own_similar_products", "not_objected", "notice_at_collection_and_each_use")


def act_in(data: QueryDict) -> tuple[str, str, int]:
    """Which button was pressed: `save`, `check`, or `add` / `up` / `down` with a list and the number of an entry."""
    act, part, number = [*data.get("act", "save").split(":"), "", ""][:3]
    return act, part, int(number) if number.isdecimal() and len(number) < 4 else 0


def values_in(data: QueryDict, kind: str, rules: RuleSet) -> Values:
    """The question as the form has it; empty entries are left out unless a button asks for more of them."""
    values: Values = {
        "key": data.get("key", "").strip() or _key_from(data),
        "category": slugify(data.get("category", ""))[:60],
        "kind": kind,
        "text": _words(data, "text"),
        "explanation": _words(data, "explanation"),
        "source": data.get("source", "").strip(),
    }
    return values | _body(data, kind, rules)


def _key_from(data: QueryDict) -> str:
    words = data.get("text-en", "") or data.get("text-de", "")
    return slugify(words)[:40].strip("-_")


def _words(data: QueryDict, name: str) -> dict[str, str]:
    return {language: data.get(f"{name}-{language}", "").replace("\r\n", "\n").strip() for language in LANGUAGES}


def _body(data: QueryDict, kind: str, rules: RuleSet) -> Values:
    match kind:
        case "true_false":
            right = data.get("right")
            return {"right": right == "true"} if right in ("true", "false") else {"right": None}
        case "numerical":
            numbers = {
                "right": number_in(data.get("right", "")),
                "tolerance": number_in(data.get("tolerance", "") or "0"),
            }
            return {**numbers, "unit": _words(data, "unit")}
        case "short_text":
            return {"accepted": {language: _lines(data.get(f"accepted-{language}", "")) for language in LANGUAGES}}
        case "case":
            return _case(data, rules)
        case _:
            return _lists(data, kind)


def number_in(words: str) -> Any:
    """A number with German or English marks; what is none, or two (“300.000”), stays for `from_json` to refuse."""
    number = sole_reading(words)
    if number is None:
        return words.strip() or None
    return int(number) if number == number.to_integral_value() else float(number)


def number_shown(value: Any) -> str:
    """A number so that `number_in` reads it back: 1.125 becomes “1.1250”, which nobody takes for thousands."""
    words = format(Decimal(str(value)), "f") if isinstance(value, float) else str("" if value is None else value)
    return f"{words}0" if isinstance(value, float) and sole_reading(words) is None else words


def _lines(words: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in words.splitlines() if line.strip()))


def _lists(data: QueryDict, kind: str) -> Values:
    act, wanted, number = act_in(data)
    found: Values = {}
    for part in PARTS[kind]:
        others = [row for rows in found.values() for row in rows]
        rows = [row for row in _rows(data, part, others) if act != "save" or not is_empty(row, part)]
        if act in ("up", "down") and wanted == part.name:
            rows = _moved(rows, number - 1, -1 if act == "up" else 1)
        if act == "add" and wanted == part.name:
            rows = with_empty_rows(rows, part, MORE_ROWS, others)
        found[part.name] = rows
    return found


def _rows(data: QueryDict, part: Part, others: list[Values]) -> list[Values]:
    count = data.get(f"{part.name}-count", "")
    rows: list[Values] = []
    for number in range(1, min(int(count) if count.isdecimal() and len(count) < 4 else 0, MOST_ROWS) + 1):
        name = f"{part.name}-{number}"
        row = empty_row(part, {one["key"] for one in [*rows, *others]})
        row["key"] = data.get(f"{name}-key", "") or row["key"]
        row |= {column: _words(data, f"{name}-{column}") for column, _label in part.columns}
        if part.right:
            chosen = data.get(f"{part.name}-right") == str(number) if part.right == "one" else f"{name}-right" in data
            row["right"] = chosen
        rows.append(row)
    return rows


def _moved(rows: list[Values], index: int, by: int) -> list[Values]:
    target = index + by
    if 0 <= index < len(rows) and 0 <= target < len(rows):
        rows[index], rows[target] = rows[target], rows[index]
    return rows


def _case(data: QueryDict, rules: RuleSet) -> Values:
    """The facts that differ from the usual contact; the deciding rules are always among the whys."""
    facts = {name: value for name in (*NEEDED_FACTS, *BASE) if (value := _fact(data, name)) is not _USUAL}
    met = {name: True for name in SECTION_73 if f"fact-s7_3-{name}" in data}
    facts |= {"s7_3": met} if met else {}
    picked = [data.get(f"why-{number}", "") for number in range(1, WRONG_WHYS + 1)]
    return {"facts": facts, "why": list(dict.fromkeys([*deciding(facts, rules), *filter(None, picked)]))}


_USUAL = object()


def _fact(data: QueryDict, name: str) -> Any:
    """The value of a select is JSON; nothing chosen means as usual."""
    raw = data.get(f"fact-{name}", "")
    if not raw or name == "s7_3":
        return _USUAL
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):  # a thousand brackets are no fact either
        return raw


def case_of(facts: Values) -> Case | None:
    """A case with these facts and nothing else; None where the rules cannot decide about them."""
    text = {"de": "?", "en": "?"}
    common = {"key": "case", "category": "case", "kind": "case", "text": text, "explanation": text, "source": ""}
    try:
        question = from_json({**common, "facts": facts, "why": [RULE_SET_1.rules[0].id]})
    except QuestionError:
        return None
    assert isinstance(question, Case)
    return question


def deciding(facts: Values, rules: RuleSet) -> tuple[str, ...]:
    question = case_of(facts)
    return question.deciding(rules) if question else ()

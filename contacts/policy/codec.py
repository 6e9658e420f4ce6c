"""Facts and decisions as JSON: the format of `manage.py decide` and of the API.

A missing input takes its riskier value and is listed in `missing`; an unknown key, an unknown value or a wrong type
is refused with a sentence that names the entry and the key.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from typing import Any, get_type_hints

from contacts.policy.decision import Decision
from contacts.policy.evaluate import decide
from contacts.policy.facts import RISKIEST, Facts, Platform, Section73
from contacts.policy.rule_set import RuleSet

TOO_DEEP = "The document is nested too deeply. An entry has three levels at most."
#: So deep a fault is told by what is wrong; what is deeper is not walked through.
DEEPEST = 20
INFORMATIONAL = ("jurisdiction", "requester_department")
_TYPES = get_type_hints(Facts)
_SECTION_73 = tuple(field.name for field in fields(Section73))


class InputError(ValueError):
    """Input that cannot be taken; the message is a whole sentence for the person who wrote it."""


def parse_inputs(entry: object, inputs: Mapping[str, Any]) -> tuple[Facts, tuple[str, ...]]:
    """Facts from JSON inputs, and the names of the inputs that were missing, in the order of the rule book.

    A missing platform counts as missing only where the channel has platforms. Raises InputError.
    """
    unknown = sorted(set(inputs) - set(_TYPES))
    if unknown:
        raise InputError(f"Entry {entry}: “{unknown[0]}” is not an input. Check the spelling against the rule book.")
    values, missing = {}, []
    for name in _TYPES:
        if name in INFORMATIONAL:
            if name in inputs:
                values[name] = _checked(entry, name, str, inputs[name])
        elif name in inputs:
            values[name] = _value(entry, name, inputs[name])
        else:
            values[name] = RISKIEST[name]
            missing.append(name)
    if isinstance(inputs.get("s7_3"), Mapping):
        missing += [f"s7_3.{name}" for name in _SECTION_73 if name not in inputs["s7_3"]]
    if "platform" in missing and values["channel"] not in ("messenger", "social_dm"):
        missing.remove("platform")
    return Facts(**values), tuple(missing)


def _value(entry: object, name: str, value: Any) -> Any:
    if name == "s7_3":
        return _section_73(entry, value)
    if name == "months_since_last_transaction":
        return None if value is None else _months(entry, name, value)
    if name == "platform":
        return None if value is None else _member(entry, name, Platform, value)
    kind = _TYPES[name]
    if kind is bool:
        return _checked(entry, name, bool, value)
    return _member(entry, name, kind, value)


def _section_73(entry: object, value: Any) -> Section73:
    if not isinstance(value, Mapping):
        raise InputError(f"Entry {entry}: “s7_3” must be an object with {', '.join(_SECTION_73)}.")
    unknown = sorted(set(value) - set(_SECTION_73))
    if unknown:
        raise InputError(f"Entry {entry}: “s7_3.{unknown[0]}” is not an input. Use {', '.join(_SECTION_73)}.")
    flags = {name: _checked(entry, f"s7_3.{name}", bool, value.get(name, False)) for name in _SECTION_73}
    return Section73(**flags)


def _months(entry: object, name: str, value: Any) -> int:
    months = _checked(entry, name, int, value)
    if months < 0:
        raise InputError(f"Entry {entry}: “{name}” must not be negative, but is {months}.")
    return months


def _checked(entry: object, name: str, kind: type, value: Any) -> Any:
    words = {bool: "true or false", int: "a whole number", str: "text"}
    if type(value) is not kind:
        raise InputError(f"Entry {entry}: “{name}” must be {words[kind]}, but is {json.dumps(value)}.")
    if isinstance(value, str) and not _can_be_kept(value):
        raise InputError(f"Entry {entry}: “{name}” has a character in it that no text can have: NUL, or half of one.")
    return value


def _can_be_kept(text: str) -> bool:
    return "\x00" not in text and text.encode(errors="replace").decode() == text


def _member(entry: object, name: str, kind: type[Enum], value: Any) -> Enum:
    known = [member.value for member in kind]
    if not isinstance(value, str) or value not in known:
        raise InputError(f"Entry {entry}: “{name}” must be one of {', '.join(known)}, but is {json.dumps(value)}.")
    return kind(value)


def facts_to_inputs(facts: Facts) -> dict[str, Any]:
    """The JSON inputs of facts; `parse_inputs` gives the same facts back."""
    return {name: _plain(getattr(facts, name)) for name in _TYPES}


def _plain(value: Any) -> Any:
    if isinstance(value, Section73):
        return {name: getattr(value, name) for name in _SECTION_73}
    return value.value if isinstance(value, Enum) else value


def decide_document(text: str, rule_set: RuleSet) -> list[dict[str, Any]]:
    """Decide about a JSON list of `{"id", "inputs"}`; the answers come in the same order. Raises InputError."""
    return [_answer(number, entry, rule_set) for number, entry in enumerate(entries_of(text), start=1)]


def entries_of(text: str) -> list[Any]:
    """The entries of a JSON list, of whatever kind they are. Raises InputError for what is none."""
    try:
        entries = json.loads(text, object_pairs_hook=_Object)
    except json.JSONDecodeError as error:
        raise InputError(f"This is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise InputError(TOO_DEEP) from error
    except ValueError as error:
        raise InputError("The document has a number with thousands of digits. No input is so large.") from error
    if not isinstance(entries, list):
        raise InputError('The document must be a list of objects {"id": ..., "inputs": {...}}.')
    for number, entry in enumerate(entries, start=1):
        _refuse_twins(number, entry)
    return entries


class _Object(dict[str, Any]):
    """A JSON object that remembers a key that stood in it twice: readers differ about which of the two counts."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen = Counter(name for name, _value in pairs)
        self.twin = next((name for name, times in seen.items() if times > 1), None)


def _refuse_twins(number: int, value: Any, depth: int = 0) -> None:
    """JSON lets a key stand twice (RFC 8259, section 4): refused, with the entry it stands in."""
    if isinstance(value, _Object) and value.twin is not None:
        raise InputError(f"Entry {number}: “{value.twin}” is there twice in one object. Say it once.")
    if depth > DEEPEST:
        raise InputError(TOO_DEEP)
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        _refuse_twins(number, part, depth + 1)


def _answer(number: int, entry: Any, rule_set: RuleSet) -> dict[str, Any]:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("inputs"), Mapping) or "id" not in entry:
        raise InputError(f'Entry {number} must be an object {{"id": ..., "inputs": {{...}}}}.')
    extra = sorted(set(entry) - {"id", "inputs"})
    if extra:
        raise InputError(f"Entry {number}: “{extra[0]}” is not known; an entry has “id” and “inputs”.")
    if isinstance(entry["id"], (list, dict)):
        raise InputError(f"Entry {number}: “id” must be a text or a number.")
    facts, missing = parse_inputs(f"{number} (id {json.dumps(entry['id'])})", entry["inputs"])
    return {"id": entry["id"], **decision_to_dict(decide(facts, rule_set)), "missing": list(missing)}


def decision_to_dict(decision: Decision) -> dict[str, Any]:
    """A decision as plain JSON values."""
    return {
        "outcome": decision.outcome.value,
        "deciding_rules": [finding.rule.id for finding in decision.deciding],
        "fired_rules": [finding.rule.id for finding in decision.findings],
        "obligations": [obligation.id for obligation in decision.obligations],
        "alternatives": [
            {
                "key": alternative.key,
                "changes": {name: _plain(value) for name, value in alternative.changes.items()},
                "outcome": alternative.outcome.value,
                "de": alternative.label_de,
                "en": alternative.label_en,
            }
            for alternative in (*decision.alternatives, *decision.combinations)
        ],
        "legal_basis": decision.legal_basis,
        "rule_set": decision.rule_set,
        "reasons": {
            "de": [finding.rule.reason_de for finding in decision.deciding],
            "en": [finding.rule.reason_en for finding in decision.deciding],
        },
    }

"""Facts in an address and back: every fact under its own name, yes and no as such, nothing as an empty word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contacts import policy
from contacts.policy.ordinary import UNREAD

FLAGS = ("address_from_sale", "own_similar_products", "not_objected", "notice_at_collection_and_each_use")


def query_of(facts: policy.Facts) -> dict[str, str]:
    """What the form sends for these facts."""
    inputs = policy.facts_to_inputs(facts)
    flags = inputs.pop("s7_3")
    return {name: _word(value) for name, value in {**inputs, **flags}.items() if name not in UNREAD}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def facts_of(said: Mapping[str, Any], yes_or_no: tuple[str, ...]) -> policy.Facts:
    """The facts of a form whose fields have been checked."""
    plain = {name: value == "yes" if name in yes_or_no else value for name, value in said.items()}
    flags = {name: plain.pop(name) for name in FLAGS}
    inputs = {**plain, "s7_3": flags, "platform": plain["platform"] or None}
    return policy.parse_inputs("sandbox", inputs)[0]

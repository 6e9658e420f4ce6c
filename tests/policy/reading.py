"""A second reader of the conditions: it reads the words that people see and knows nothing of the code behind them.

The language is that of the rule book: `a=b`, `a != b`, `a in {x, y}`, `a not in SET`, `a <= b`, AND, OR, NOT, brackets.
"""

from __future__ import annotations

import re
from typing import Any

from contacts.policy import Facts, Thresholds

SETS = {
    "ADV": [
        "marketing",
        "marketing_similar_products",
        "event_invitation",
        "satisfaction_survey",
        "winback",
        "goodwill_greeting",
        "consent_request",
    ],
    "ELECTRONIC": ["email", "sms", "messenger", "social_dm"],
}
TOKEN = re.compile(r"\s*(\{[^}]*\}|<=|!=|=|>|\(|\)|[\w:]+)")


def names_of(f: Facts, t: Thresholds) -> dict[str, Any]:
    """Every word that a condition may use, with its value; the derived ones straight from section 2."""
    names: dict[str, Any] = {name: _plain(getattr(f, name)) for name in f.__slots__}
    proven = names["consent_state"] == "active" and f.consent_proof
    is_adv = names["purpose"] in SETS["ADV"] or f.contains_promotion
    effective = "marketing" if f.contains_promotion and names["purpose"] not in SETS["ADV"] else names["purpose"]
    path = (effective == "marketing_similar_products" and names["channel"] in ("email", "sms", "messenger")) or (
        effective == "satisfaction_survey" and names["channel"] == "email"
    )
    own = names["contact_source"] in ("data_subject", "contract_record")
    service = names["purpose"] in ("contract_performance", "service", "inquiry_reply", "legal_obligation")
    return names | {
        "is_adv": is_adv,
        "is_service": service and not is_adv,
        "channel_agreed": proven or f.customer_initiated_on_channel,
        "s73_path": path,
        "s73_ok": path and f.s7_3.all_met() and own and names["relationship"] != "prospect",
        "emergency": names["purpose"] == "legal_obligation" and names["urgency"] == "imminent_danger" and not is_adv,
        "existing_customer_window_months": t.existing_customer_window_months,
        # An unknown platform counts as the riskier one, like every unknown input.
        "address_book_upload_platforms": [None, *(platform.value for platform in t.address_book_upload_platforms)],
    }


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)


def holds(text: str, names: dict[str, Any]) -> bool:
    """Whether the words are true of the facts. Raises ValueError for words it cannot read."""
    return _Reader(text, names).read()


class _Reader:
    def __init__(self, text: str, names: dict[str, Any]) -> None:
        self.names, self.text, self.place = names, text, 0
        self.tokens: list[str] = TOKEN.findall(text)
        if "".join(self.tokens).replace(" ", "") != text.replace(" ", ""):
            raise ValueError(f"cannot read {text!r}")

    def read(self) -> bool:
        value = self._either()
        if self.place != len(self.tokens):
            raise ValueError(f"cannot read the end of {self.text!r}")
        return value

    def _next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _take(self) -> str:
        self.place += 1
        return self.tokens[self.place - 1]

    def _either(self) -> bool:
        value = self._both()
        while self._next() == "OR":
            self._take()
            right = self._both()
            value = value or right
        return value

    def _both(self) -> bool:
        value = self._one()
        while self._next() == "AND":
            self._take()
            right = self._one()
            value = value and right
        return value

    def _one(self) -> bool:
        word = self._take()
        if word == "NOT":
            return not self._one()
        if word == "(":
            value = self._either()
            assert self._take() == ")"
            return value
        return self._comparison(self.names[word])

    def _comparison(self, left: Any) -> bool:
        sign = self._next()
        if sign in ("=", "!="):
            self._take()
            return (left == self._value()) is (sign == "=")
        if sign in ("<=", ">"):
            self._take()
            return self._amount(left, sign)
        if sign == "not":
            self._take()
        if self._next() == "in":
            self._take()
            return (left in self._set()) is (sign != "not")
        return bool(left)

    def _amount(self, left: Any, sign: str) -> bool:
        """An unknown number is the riskier one: it is never small enough, and always too large."""
        limit = self.names[self._take()]
        if left is None:
            return sign == ">"
        return left <= limit if sign == "<=" else left > limit

    def _value(self) -> Any:
        word = self._take()
        return {"true": True, "false": False}.get(word, word)

    def _set(self) -> list[Any]:
        word = self._take()
        if word.startswith("{"):
            return [part.strip() for part in word.strip("{}").split(",")]
        return SETS.get(word) or self.names[word]

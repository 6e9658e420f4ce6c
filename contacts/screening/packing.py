"""A case as one number: each categorical fact of a row is a digit of it. Numbers are what a database compares, keeps
and sends most cheaply, and a list has as many of them as rows. No database here: statements are put together as text.
"""

from __future__ import annotations

from collections.abc import Mapping

from contacts import policy

TRUTH = ("0", "1")
PURCHASE = ("never", "recent", "long_ago")
#: The digits, the lowest first, each with its words in the order of their values. What belongs to the address comes
#: first (`POINT_CASES`). The sender, of whom there may be any number, comes last and is a number itself.
PARTS: dict[str, tuple[str, ...]] = {
    "source": tuple(policy.ContactSource),
    "verified": TRUTH,
    "address_from_sale": TRUTH,
    "notice_at_collection": TRUTH,
    "alternative": TRUTH,
    "customer_kind": tuple(policy.CustomerKind),
    "relationship": tuple(policy.Relationship),
    "parental_consent": TRUTH,
    "consent_state": tuple(policy.ConsentState),
    "consent_proof": TRUTH,
    "inbound": TRUTH,
    "purchase": PURCHASE,
    "objection": tuple(policy.Objection),
    "robinson": TRUTH,
    "minor": tuple(policy.Minor),
    "quiet": TRUTH,
}
SENDER = "sender"


def _strides() -> dict[str, int]:
    strides, stride = {}, 1
    for name, words in PARTS.items():
        strides[name] = stride
        stride *= len(words)
    return strides | {SENDER: stride}


STRIDES = _strides()
#: More than any sum of the digits of an address.
POINT_CASES = STRIDES["alternative"]


def packed(**digits: str) -> str:
    """The SQL of the sum of these digits, each given as the SQL of its value. Null, and so noticed, where one is."""
    return " + ".join(f"{STRIDES[name]}::bigint * ({digit})" for name, digit in digits.items())


def digit(name: str, column: str) -> str:
    """The SQL of the value that a column's word has in this place; null for a word that is none."""
    cases = " ".join(f"WHEN '{word}' THEN {value}" for value, word in enumerate(PARTS[name]))
    return f"CASE {column} {cases} END"


def value(name: str, word: str) -> int:
    """The value of a word in its place."""
    return PARTS[name].index(word)


def unpacked(case: int) -> Mapping[str, str]:
    """The words of a case."""
    words = {}
    for name, known in PARTS.items():
        case, value = divmod(case, len(known))
        words[name] = str(known[value])
    return words | {SENDER: str(case)}

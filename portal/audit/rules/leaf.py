"""What of an entry is hashed, byte for byte, and how personal values are kept out of it.

A value is hashed openly only where its field is known to tell nothing about a person (`OPEN`). Every other value is
in the leaf only as a commitment under a key of the person it is about: without this key nobody can find out or test
what it was (Art. 17 GDPR). Of one entry's field a salt can be handed out that opens this one commitment and no other.
"""

from __future__ import annotations

import hmac
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

#: Stands in an entry where a value was that went with its person.
ERASED: dict[str, Any] = {"erased": True}
PARTS = ("before", "after")
Commitments = dict[str, dict[str, str]]

# Fields that hold states, codes, dates of the house, numbers and keys of rows. What is not named here is committed to:
# a field that somebody adds is private until somebody says otherwise.
# fmt: off
OPEN = frozenset((
    "about", "about_at", "account", "acts_for", "added", "address_book_isolated", "addresses",
    "addresses_added", "addresses_removed", "allowed", "anonymised_at", "approved", "at", "attempts",
    "back_at", "bad_lines", "based_on", "carried_out_at", "changed", "changes", "channel", "channels",
    "checked", "closed_at", "conditions_read", "confirmed", "confirmed_at", "consents", "contact_point",
    "contact_point_id", "content_type", "copied_from", "course", "created", "delivery", "department",
    "departments", "deputy", "doi_days", "due_at", "due_days", "effect", "effective_from", "ended_at", "ends",
    "ends_at", "ends_on", "entries", "event", "events", "expired", "expires_at", "fields", "fine",
    "forbidden", "format", "found", "generation", "given_at", "given_how", "groups", "holder", "how",
    "imminent_danger", "is_active", "keep_until", "kept", "kind", "language", "last_day", "last_used_at",
    "laxer", "lesson", "list_entries", "manager", "message", "most_uses", "needed", "needs_dpo_approval",
    "needs_manager_approval", "next_change_at", "no_advertising", "number", "outcome", "outcome_before",
    "outcomes", "overdue_after_days", "own_act_at", "owner", "partly", "percent", "permit", "person", "plan",
    "platform", "processor_contract", "proof", "proposed", "purpose", "purposes", "recertify_by",
    "recorded_state", "refresher", "refused", "released", "removed", "replaced", "request", "requested_at",
    "responsible", "result", "retired_at", "revoked_at", "risk", "role", "roles", "rows", "rows_done", "rule",
    "rule_set", "rule_set_hash", "rules", "same", "scope", "scopes", "sha256", "since", "size", "stage",
    "stale", "stands_for", "starts", "state", "status", "step", "steps", "suppressed", "text_id", "through",
    "timezone", "told", "topic", "total", "undone", "until", "use", "uses", "valid_from", "valid_until",
    "verdict", "verified_at", "version", "via", "what", "wish", "withdrawn_at",
))
# fmt: on
# A reason is a code of ours, or rules by their names ("DEB-04, SRC-01"), or somebody's own words.
_BY_RULES = re.compile(r"[A-Z0-9]{2,5}-\d{2}(, [A-Z0-9]{2,5}-\d{2})*")
REASONS = frozenset(
    {
        "address",
        "asked",
        "authority",
        "complaint",
        "deceased",
        "erased",
        "person",
        "reached_stranger",
        "role",
        "text",
        "wrong_person",
    }
)
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def canonical(value: Any) -> str:
    """The one spelling of a JSON value: sorted keys, no blanks, Unicode in its composed form (NFC)."""
    text = _write(value)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def micros(at: datetime) -> int:
    """Whole microseconds since 1970 in UTC, without rounding."""
    return (at - _BEGINNING) // _MICROSECOND


def is_open(name: str, value: Any) -> bool:
    """Whether a value may stand in a leaf as it is."""
    if name == "reason" and isinstance(value, str):
        return value in REASONS or not value or _BY_RULES.fullmatch(value) is not None
    return name in OPEN or value == ERASED


def has_private(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(not is_open(name, value) for part in (before, after) for name, value in part.items())


def salt_for(key: bytes, entry_id: int, part: str, name: str) -> bytes:
    """What opens the commitment to one value, and no other one of the same person."""
    return hmac.digest(key, f"{entry_id}/{part}/{name}".encode(), "sha256")


def commitment(salt: bytes, value: Any) -> str:
    return hmac.digest(salt, canonical(value).encode(), "sha256").hex()


def commit(key: bytes, entry_id: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> Commitments:
    """Commitments to what is private, by part and field; a part without any is left out."""
    found = {
        part: {
            name: commitment(salt_for(key, entry_id, part, name), value)
            for name, value in values.items()
            if not is_open(name, value)
        }
        for part, values in zip(PARTS, (before, after), strict=True)
    }
    return {part: said for part, said in found.items() if said}


def without(values: Mapping[str, Any], committed: Mapping[str, str]) -> Mapping[str, Any]:
    return {name: value for name, value in values.items() if name not in committed} if committed else values


def blanked(values: Mapping[str, Any], committed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The values with every private one gone: those that were committed to, or, not yet sealed, those that would be."""
    if committed is None:
        return {name: value if is_open(name, value) else dict(ERASED) for name, value in values.items()}
    return {name: dict(ERASED) if name in committed else value for name, value in values.items()}


def leaf(index: int, row: Sequence[Any], before: str, after: str, committed: Commitments) -> bytes:
    """The bytes of one leaf. `row` is id, microseconds since 1970, actor, job, verb, kind and number of the subject,
    and customer; `before` and `after` are the open values in canonical form already."""
    entry_id, at, actor, job, verb, subject_type, subject_id, customer = row
    who, whose = "null" if actor is None else actor, "null" if customer is None else customer
    text = (
        f'{{"actor":{who},"after":{after},"at":{at},"before":{before},"committed":{canonical(committed)},'
        f'"customer":{whose},"id":{entry_id},"index":{index},"job":{_word(job)},"subject_id":{_word(subject_id)},'
        f'"subject_type":{_word(subject_type)},"v":1,"verb":{_word(verb)}}}'
    )
    return text.encode()


def _word(text: str) -> str:
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return canonical(text)


def fingerprint(public_key: bytes) -> str:
    """The first 16 hexadecimal digits by which people compare a public key."""
    return sha256(public_key).hexdigest()[:16]


def scope(entry_id: int, subject_type: str, subject_id: str, customer: int | None) -> str:
    """Whose key commits to the private values of an entry: the customer's, else the employee's, else its own."""
    if customer is not None:
        return f"customer:{customer}"
    return f"person:{subject_id}" if subject_type == "person" else f"entry:{entry_id}"

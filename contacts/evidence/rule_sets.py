"""The rule-set versions that decided: their hashes, who released them, and the rules that fired in their own words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from contacts.evidence.pack import Values
from contacts.rulebook.selectors import rule_set_kept, versions_numbered

if TYPE_CHECKING:
    from contacts import policy


def rule_sets_of(decisions: Iterable[Values]) -> list[Values]:
    """Each version once, by number and hash, with the rules that fired under it."""
    fired: dict[tuple[int, str], set[str]] = {}
    for one in decisions:
        fired.setdefault((one["rule_set"]["number"], one["rule_set"]["hash"]), set()).update(one["fired_rules"])
    versions = versions_numbered({number for number, _digest in fired})
    return [_version(number, digest, fired[number, digest], versions.get(number)) for number, digest in sorted(fired)]


def _version(number: int, digest: str, fired: set[str], row: Any) -> Values:
    """`rules` is None where this software has other rules or words by now and could only say something else."""
    kept = rule_set_kept(number, digest)
    return {"number": number, "hash": digest, "release": _release(row), "rules": _rules(kept, fired)}


def _release(row: Any) -> Values | None:
    """None for the rule set that the software brings along."""
    if row is None:
        return None
    told: dict[str, Any] = {
        name: getattr(row, name) for name in ("released_at", "effective_from", "reason", "settings")
    }
    return {**told, "released_by": str(row.released_by)}


def _rules(kept: policy.RuleSet | None, fired: set[str]) -> list[Values] | None:
    if kept is None:
        return None
    return [
        {"id": rule.id, "de": rule.reason_de, "en": rule.reason_en, "citation": rule.citation}
        for rule in kept.rules
        if rule.id in fired
    ]

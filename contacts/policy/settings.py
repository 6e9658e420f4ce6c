"""What a company may set about the rules: thresholds, calling hours, the disputed rules, the status of platforms.

A rule set of the company is the shipped rules under its settings. What follows from law or is a rule of the house is
not among them. `faults` finds what no rule set may say, `laxer` what is milder than the shipped default: possible,
where somebody answers for it with a reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import time
from enum import StrEnum
from functools import lru_cache
from typing import Any

from contacts.policy.facts import Platform, PlatformStatus
from contacts.policy.rule import Basis, Outcome
from contacts.policy.rule_set import RULE_SET_1, RuleSet
from contacts.policy.rules import ALL_RULES
from contacts.policy.thresholds import ContactHours, Hours, Thresholds

#: Rule CON-04 is set by the threshold `stale_consent_outcome`, which is never milder than the shipped one.
BY_THRESHOLD = "CON-04"
DISPUTED = tuple(rule for rule in ALL_RULES if rule.basis is Basis.DISPUTED and rule.id != BY_THRESHOLD)
SHIPPED_OUTCOMES = {rule.id: rule.outcome for rule in DISPUTED}
STALE_OUTCOMES = (Outcome.NEEDS_DPO_APPROVAL, Outcome.FORBIDDEN)
#: The least and the most that a threshold may be. Law sets some ends: § 7a (2) UWG five years from each use, Art. 14
#: (3) GDPR one month, Art. 33 (1) GDPR 72 hours (96 are a proposal so far), Art. 8 GDPR sixteen years in Germany and
#: fourteen in Austria. The others only keep out what cannot be meant.
LIMITS: dict[str, tuple[int, int]] = {
    "stale_after_months_unused": (1, 120),
    "expired_after_months_unused": (1, 120),
    "existing_customer_window_months": (1, 60),
    "doi_ttl_days": (1, 30),
    "inbound_window_days": (1, 90),
    "child_age": (14, 16),
    "training_validity_months": (1, 24),
    "approval_valid_days": (1, 90),
    "consent_retention_phone_years": (5, 10),
    "consent_retention_other_years": (3, 10),
    "art14_deadline_days": (1, 30),
    "breach_deadline_hours": (1, 72),
    "frequency_cap_30d": (1, 100),
}
#: Milder than the shipped default if below, or if above: here lawyers disagree, or the law differs by country or may
#: come to differ.
LAXER_BELOW = ("child_age",)
LAXER_ABOVE = (
    "stale_after_months_unused",
    "expired_after_months_unused",
    "existing_customer_window_months",
    "doi_ttl_days",
    "inbound_window_days",
    "training_validity_months",
    "approval_valid_days",
)
UPLOADING = "address_book_upload_platforms"
CONTACT_HOURS = "contact_hours"


class Wrong(StrEnum):
    """Why settings cannot be taken."""

    UNKNOWN = "unknown"
    KIND = "kind"
    RANGE = "range"
    ORDER = "order"
    HOURS = "hours"
    NOT_DISPUTED = "not_disputed"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that no rule set may say: what it is about, and the ends of its range where it has one."""

    wrong: Wrong
    name: str
    least: int = 0
    most: int = 0


class SettingsError(ValueError):
    """Settings that are no rule set; `faults` says what is wrong with each part."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(", ".join(f"{fault.name}: {fault.wrong}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """`outcomes` names the disputed rules that differ from the shipped default; `platforms` those whose status is at
    least as strict as said here, whatever the register of platforms says."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    platforms: Mapping[Platform, PlatformStatus] = field(default_factory=dict)

    def laxer(self) -> tuple[str, ...]:
        """The rules and thresholds that are milder than shipped, in the order of the rule book."""
        rules = [key for key, shipped in SHIPPED_OUTCOMES.items() if self._milder(key, shipped)]
        mine, usual = self.thresholds, Thresholds()
        below = [name for name in LAXER_BELOW if getattr(mine, name) < getattr(usual, name)]
        above = [name for name in LAXER_ABOVE if getattr(mine, name) > getattr(usual, name)]
        uploading = () if mine.address_book_upload_platforms >= usual.address_book_upload_platforms else (UPLOADING,)
        hours = () if mine.contact_hours.within(usual.contact_hours) else (CONTACT_HOURS,)
        return (*rules, *below, *above, *hours, *uploading)

    def _milder(self, key: str, shipped: Outcome | None) -> bool:
        assert shipped is not None
        return self.outcomes.get(key, shipped).severity < shipped.severity


def rule_set_of(settings: Settings, number: int) -> RuleSet:
    """The shipped rules under these settings, with their own number and hash."""
    stale = Outcome(settings.thresholds.stale_consent_outcome)
    outcomes = {**settings.outcomes, BY_THRESHOLD: stale}
    rules = tuple(replace(rule, outcome=outcomes.get(rule.id, rule.outcome)) for rule in ALL_RULES)
    platforms = tuple(sorted(settings.platforms.items()))
    return replace(RULE_SET_1, number=number, rules=rules, thresholds=settings.thresholds, platforms=platforms)


# --- as JSON


def settings_to_json(settings: Settings) -> dict[str, Any]:
    """Plain JSON values; `settings_from_json` gives the same settings back."""
    return {
        "thresholds": {one.name: _plain(getattr(settings.thresholds, one.name)) for one in fields(Thresholds)},
        "outcomes": {key: str(outcome) for key, outcome in sorted(settings.outcomes.items())},
        "platforms": {str(key): str(status) for key, status in sorted(settings.platforms.items())},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, ContactHours):
        return {one.name: [clock.isoformat("minutes") for clock in getattr(value, one.name)] for one in fields(value)}
    return sorted(map(str, value)) if isinstance(value, frozenset) else value


def settings_from_json(document: object) -> Settings:
    """Settings from plain JSON values; what is not named is as shipped. Raises SettingsError with every fault."""
    reader = _Reader()
    parts = reader.part("settings", document, ("thresholds", "outcomes", "platforms"))
    made = Settings(
        reader.thresholds(parts.get("thresholds", {})),
        reader.outcomes(parts.get("outcomes", {})),
        reader.platforms(parts.get("platforms", {})),
    )
    if reader.faults:
        raise SettingsError(tuple(reader.faults))
    return made


class _Reader:
    """Reads part by part and goes on after a fault, so that somebody who fills in a form is told everything at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def part(self, name: str, value: object, known: tuple[str, ...]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.faults.append(Fault(Wrong.KIND, name))
            return {}
        self.faults += [Fault(Wrong.UNKNOWN, str(key)) for key in value if key not in known]
        return {key: part for key, part in value.items() if key in known}

    def thresholds(self, value: object) -> Thresholds:
        names = tuple(one.name for one in fields(Thresholds))
        said = self.part("thresholds", value, names)
        read = {name: self._threshold(name, part) for name, part in said.items()}
        usual = Thresholds()
        values = {name: read[name] if read.get(name) is not None else getattr(usual, name) for name in names}
        if said.get("frequency_cap_30d", 1) is None:
            values["frequency_cap_30d"] = None
        if values["expired_after_months_unused"] < values["stale_after_months_unused"]:
            self.faults.append(Fault(Wrong.ORDER, "expired_after_months_unused"))
            return usual
        return Thresholds(**values)

    def _threshold(self, name: str, value: object) -> Any:
        if name == CONTACT_HOURS:
            return self._contact_hours(value)
        if name == UPLOADING:
            return self._uploading(name, value)
        if name == "stale_consent_outcome":
            return str(value) if value in STALE_OUTCOMES else self._refuse(Wrong.KIND, name)
        if name == "frequency_cap_30d" and value is None:
            return None
        least, most = LIMITS[name]
        if type(value) is not int:
            return self._refuse(Wrong.KIND, name)
        return value if least <= value <= most else self._refuse(Wrong.RANGE, name)

    def _contact_hours(self, value: object) -> ContactHours | None:
        days = self.part(CONTACT_HOURS, value, ("monday_to_friday", "saturday"))
        read = {name: self._hours(name, part) for name, part in days.items()}
        return ContactHours(**{name: hours for name, hours in read.items() if hours is not None})

    def _hours(self, name: str, value: object) -> Hours | None:
        try:
            opening, closing = (time.fromisoformat(clock) for clock in value)  # type: ignore[attr-defined]
        except (TypeError, ValueError):
            return self._refuse(Wrong.KIND, name)
        plain = opening.tzinfo is None and closing.tzinfo is None
        return (opening, closing) if plain and opening < closing else self._refuse(Wrong.HOURS, name)

    def _uploading(self, name: str, value: object) -> frozenset[Platform] | None:
        known = {one.value for one in Platform}
        if not isinstance(value, list) or any(not isinstance(one, str) or one not in known for one in value):
            return self._refuse(Wrong.KIND, name)
        return frozenset(Platform(one) for one in value)

    def outcomes(self, value: object) -> dict[str, Outcome]:
        """Only the disputed rules may be decided another way; what is as shipped need not be said."""
        if not isinstance(value, Mapping):
            self._refuse(Wrong.KIND, "outcomes")
            return {}
        self.faults += [Fault(Wrong.NOT_DISPUTED, str(key)) for key in value if key not in SHIPPED_OUTCOMES]
        read = {key: self._member(key, Outcome, value[key]) for key in SHIPPED_OUTCOMES if key in value}
        return {key: one for key, one in read.items() if one is not None and one is not SHIPPED_OUTCOMES[key]}

    def platforms(self, value: object) -> dict[Platform, PlatformStatus]:
        said = self.part("platforms", value, tuple(one.value for one in Platform))
        read = {Platform(key): self._member(key, PlatformStatus, status) for key, status in said.items()}
        return {key: status for key, status in read.items() if status is not None}

    def _member(self, name: str, kind: type[StrEnum], value: object) -> Any:
        known = [one.value for one in kind]
        return kind(value) if isinstance(value, str) and value in known else self._refuse(Wrong.KIND, name)

    def _refuse(self, wrong: Wrong, name: str) -> Any:
        least, most = LIMITS.get(name, (0, 0))
        self.faults.append(Fault(wrong, name, least, most))
        return None


# --- what changes


@dataclass(frozen=True, slots=True)
class Difference:
    """One part in which two settings differ, as plain JSON values; None = as shipped, or nothing said."""

    part: str
    name: str
    before: Any
    after: Any


def differences(before: Settings, after: Settings) -> tuple[Difference, ...]:
    """What somebody who compares two rule sets should see, in the order of the rule book."""
    old, new = settings_to_json(before), settings_to_json(after)
    found = []
    for part in ("thresholds", "outcomes", "platforms"):
        for name in dict.fromkeys([*old[part], *new[part]]):
            was, becomes = old[part].get(name), new[part].get(name)
            if was != becomes:
                found.append(Difference(part, name, was, becomes))
    return tuple(found)


@lru_cache(maxsize=64)
def rule_set_from_words(number: int, words: str) -> RuleSet:
    """The rule set of settings in canonical JSON. A pure function of its arguments, so what it remembers never ages."""
    return rule_set_of(settings_from_json(json.loads(words)), number)

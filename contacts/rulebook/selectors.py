"""The front of this room: which rule set is in force at an instant, and which one a kept decision rests on.

What is remembered between calls are rule sets by their content (`policy.rule_set_from_words`), never which of them is
in force: that is read each time, so no process answers under a version that another one has replaced.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contacts import policy
from contacts.rulebook.models import SHIPPED, RuleSetVersion

if TYPE_CHECKING:
    from django.db.models import QuerySet


def rows_to_read(at: datetime) -> QuerySet[RuleSetVersion, Any]:
    """What `rule_set_from` needs, for whoever reads it together with other things."""
    return RuleSetVersion.objects.in_force(at).values_list("number", "settings")


def rule_set_from(rows: Iterable[tuple[int, dict[str, Any]]]) -> policy.RuleSet:
    """The rule set in force from the rows of `rows_to_read`, read by whomever."""
    for number, settings in rows:
        return rule_set_under(number, settings)
    return policy.RULE_SET_1


def coming_rows(at: datetime) -> QuerySet[RuleSetVersion, Any]:
    """What `next_rule_set_from` needs, for whoever reads it together with other things."""
    return RuleSetVersion.objects.released().filter(effective_from__gt=at).values_list("number", "effective_from")


def next_rule_set_from(rows: Iterable[tuple[int, datetime]], after: policy.RuleSet) -> datetime | None:
    """From when another released rule set takes the place of this one, from the rows of `coming_rows`. An older one
    never does, whatever its day."""
    return min((begins for number, begins in rows if number > after.number), default=None)


def rule_set_in_force(at: datetime) -> policy.RuleSet:
    """The rule set that decides at an instant, in one small query. Of the past it never changes: nothing is released
    with a day that has passed."""
    return rule_set_from(rows_to_read(at))


def rule_set_under(number: int, settings: dict[str, Any]) -> policy.RuleSet:
    """The rule set of kept settings. Raises policy.SettingsError for settings that this software cannot take."""
    return policy.rule_set_from_words(number, json.dumps(settings, sort_keys=True))


def rule_set_of_version(version: RuleSetVersion) -> policy.RuleSet:
    return rule_set_under(version.number, version.settings)


def rule_set_kept(number: int, digest: str) -> policy.RuleSet | None:
    """The rule set that a kept decision names; None where this software has other rules or words by now, so that it
    could not say the same."""
    found = _numbered(number)
    return found if found is not None and found.hash == digest else None


def _numbered(number: int) -> policy.RuleSet | None:
    if number == SHIPPED:
        return policy.RULE_SET_1
    version = RuleSetVersion.objects.released().filter(number=number).first()
    try:
        return rule_set_of_version(version) if version is not None else None
    except policy.SettingsError:
        return None


def versions_numbered(numbers: Collection[int]) -> dict[int, RuleSetVersion]:
    """The released versions of these numbers, with who released them, for evidence; the shipped one has no row."""
    found = RuleSetVersion.objects.released().filter(number__in=numbers).select_related("released_by")
    return {version.number: version for version in found}

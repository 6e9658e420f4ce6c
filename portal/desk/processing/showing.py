"""The history of an activity as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.desk.processing import rules
from portal.desk.processing.drawing import name_of
from portal.desk.processing.models import ActivityVersion
from portal.desk.processing.selectors import PART_WORDS, Activity


@dataclass(frozen=True, slots=True)
class Change:
    """A version, and the parts that people said otherwise in it than in the one before."""

    version: ActivityVersion
    changed: tuple[str, ...]


def named(version: ActivityVersion) -> str:
    """The name that an activity had in this version."""
    return version.name if rules.is_own(version.activity) else name_of(version.activity)


def changes_of(found: Activity, versions: Iterable[ActivityVersion]) -> list[Change]:
    """Newest first, as they are given. One query for the version before the oldest of them, where there is one."""
    rows = list(versions)
    if rows and rows[-1].number > 1:
        rows += ActivityVersion.objects.filter(activity=found.key, number=rows[-1].number - 1)
    before = {row.number + 1: row for row in rows}
    return [Change(row, _changed(row, before.get(row.number))) for row in rows if row.number in _shown(versions)]


def _shown(versions: Iterable[ActivityVersion]) -> set[int]:
    return {row.number for row in versions}


def _changed(row: ActivityVersion, before: ActivityVersion | None) -> tuple[str, ...]:
    then = before.said if before is not None else {}
    parts = tuple(str(PART_WORDS[part]) for part, text in row.said.items() if then.get(part, "") != text)
    return (_("Name"), *parts) if before is not None and before.name != row.name else parts

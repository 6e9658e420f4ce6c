"""The history of an activity as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.desk.processing import rules
from portal.desk.processing.drawing import name_of
from portal.desk.processing.models import ActivityVersion
from portal.desk.processing.selectors import PART_WORDS, Activity


@dataclass(frozen=True, slots=True)
class Change:
    """A version, and the parts that people said otherwise in it than in the one before."""

    version: ActivityVersion
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One part: what stands in the record now, and what was typed on the older page."""

    label: str
    saved: str
    typed: str


def differences(found: Activity, typed: Mapping[str, str]) -> list[Difference]:
    """Where words that were typed differ from the newest version, in the order of the form."""
    words = {"name": gettext_lazy("Name of the activity"), **PART_WORDS}
    saved = {**found.said, "name": found.name}
    mine = {part: text.strip().replace("\r\n", "\n") for part, text in typed.items()}
    return [
        Difference(str(words[part]), saved.get(part, ""), text)
        for part, text in mine.items()
        if saved.get(part, "") != text
    ]


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

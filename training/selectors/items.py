"""How all questions of the published courses do, for the plot of facility against discrimination."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from training.analysis import WEAK_DISCRIMINATION, figures
from training.models import CourseVersion, ItemSum


@dataclass(frozen=True, slots=True)
class Item:
    """A question with enough first attempts: its course and key, the share of points earned, and how well it tells
    good attempts from weak ones."""

    course: str
    key: str
    attempts: int
    facility: float
    discrimination: float

    @property
    def deserves_a_look(self) -> bool:
        return self.discrimination < WEAK_DISCRIMINATION


def items_on_offer() -> list[Item]:
    """Of every version that can be taken, by course and question; one query."""
    return items_of(ItemSum.objects.filter(version__in=CourseVersion.objects.current()))


def items_of(rows: QuerySet[ItemSum]) -> list[Item]:
    """Those of the questions of which something can be said."""
    found = [_item(row) for row in rows.select_related("version__course")]
    return sorted((one for one in found if one is not None), key=lambda one: (one.course, one.key))


def _item(row: ItemSum) -> Item | None:
    known, version = figures(row.sums), row.version
    if known.facility is None or known.discrimination is None:
        return None
    return Item(version.title, row.question_key, known.attempts, known.facility, known.discrimination)

"""Whether something that happened led to a refresher: for the room in which it happened."""

from __future__ import annotations

from collections.abc import Sequence

from training.models import Assignment


def refresher_because_of(person_id: int, causes: Sequence[str]) -> Assignment | None:
    """The newest refresher that one of these causes led to; `ended_at` says whether it is passed, no more is told."""
    found = Assignment.objects.filter(person_id=person_id, cause__in=causes).exclude(because="")
    return found.select_related("course").order_by("-pk").first()

"""In which weeks lists were answered for advertising: a mailing may have followed. No list, no person, no number."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime

from contacts.screening.models import Screening
from portal.people.groups import FEWEST_PEOPLE


def weeks_with_lists(edges: Sequence[datetime], purposes: Collection[str]) -> list[int]:
    """The numbers, from 0 on, of the weeks between the edges in which a list of several people was answered for one of
    these reasons. One query."""
    lists = Screening.objects.filter(
        state=Screening.State.DONE,
        purpose__in=purposes,
        rows__gte=FEWEST_PEOPLE,
        finished_at__gte=edges[0],
        finished_at__lt=edges[-1],
    )
    ended = lists.values_list("finished_at", flat=True)
    return sorted({bisect_right(edges, at) - 1 for at in ended if at is not None})

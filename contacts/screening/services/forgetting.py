"""What was in a list and in its result goes when its time is over, and what the file was called: that may name people.
The row with its counts stays."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from contacts.screening.models import Piece, Screening
from portal.audit.services import Job, record
from portal.rows import one_by_one

FORGETTING = Job("screening.forget")
State = Screening.State


def forget(*, at: datetime) -> int:
    """Delete what has been kept long enough; returns of how many screenings. A list that nobody answered in all that
    time ends as not answered: it is out of date."""
    return one_by_one(list(_due(at).order_by("pk").values_list("pk", flat=True)), partial(_forget, at))


def _due(at: datetime) -> QuerySet[Screening]:
    return Screening.objects.filter(delete_after__lte=at, deleted_at=None)


@transaction.atomic
def _forget(at: datetime, pk: int) -> int:
    screening = _due(at).select_for_update().filter(pk=pk).first()
    if screening is None:
        return 0
    before = {"size": screening.size}
    if screening.is_open:
        screening.state, screening.finished_at = State.FAILED, at
        screening.refusal = _("No worker came to this list for days, and it was deleted. Send it again.")
    Piece.objects.filter(screening=screening).delete()
    screening.deleted_at, screening.file_name = at, ""
    screening.save(update_fields=["state", "finished_at", "refusal", "deleted_at", "file_name"])
    after = {"state": screening.state}
    record(FORGETTING, "screening.forgotten", "screening", screening.number, at=at, before=before, after=after)
    return 1

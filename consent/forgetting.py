"""Files that no entry rests on any more go from the database and, with its commit, from the disk."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from consent.models import EvidenceFile


def forget_files(ids: list[Any], at: datetime) -> None:
    """Called by the job of retention, in the transaction of its batch. A file that is gone already stays gone."""
    files = list(EvidenceFile.objects.filter(pk__in=ids))
    EvidenceFile.objects.filter(pk__in=ids).delete()
    for row in files:
        if row.file.name:
            transaction.on_commit(partial(row.file.storage.delete, row.file.name))

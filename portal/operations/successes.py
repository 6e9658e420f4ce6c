"""When a backup, and a restore, last went well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.operations.models import Success


def note_success(kind: Success.Kind, *, at: datetime, figures: Mapping[str, object]) -> None:
    """One row for each kind, as of its latest success."""
    Success.objects.update_or_create(kind=kind.value, defaults={"at": at, "figures": dict(figures)})


def last_successes() -> dict[str, datetime]:
    """One query."""
    return dict(Success.objects.values_list("kind", "at"))

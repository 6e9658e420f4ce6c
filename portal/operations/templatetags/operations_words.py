"""What the page of deliveries shows of backups; the floor's page knows nothing of this room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone

from portal.operations.models import Success
from portal.operations.successes import last_successes

register = template.Library()
#: After so long without one, somebody has to look: a backup each night, a drill each week.
LONGEST = {Success.Kind.BACKUP: timedelta(hours=26), Success.Kind.RESTORE: timedelta(days=8)}


@register.inclusion_tag("operations/_backups.html")
def backups() -> dict[str, Any]:
    """When a backup was last written and last shown to restore. One query."""
    found, at = last_successes(), timezone.now()
    rows = [(kind.label, found.get(kind), _is_old(found.get(kind), longest, at)) for kind, longest in LONGEST.items()]
    return {"backups": rows}


def _is_old(last: datetime | None, longest: timedelta, at: datetime) -> bool:
    return last is None or at - last > longest

"""Handing out who has which certificate; the trail keeps who took it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from portal.access.roles import Role, require_role
from portal.audit.services import record
from training.selectors.completions import completions

if TYPE_CHECKING:
    from portal.people.models import User
    from training.interchange import Completion


@transaction.atomic
def export_completions(acting_user: User, *, kind: str, at: datetime) -> list[Completion]:
    """Every certificate, for a file of this kind. Authors only: they record certificates and need the names."""
    require_role(acting_user, Role.TRAINING_AUTHOR)
    found = list(completions())
    record(acting_user, "completions.exported", "completions", kind, at=at, after={"rows": len(found)})
    return found

"""What this room must ask of rooms that it may only read; the roof says whom (portal/handlers.py)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from portal.people.models import User

#: Called with who logged it, the id of the consent, the number of the permit, and the instant; under the lock of the
#: consent's customer.
Withdrawal = Callable[["User", int, str, datetime], None]


def withdraw_told(acting_user: User, *, consent_id: int, evidence: str, at: datetime) -> None:
    """A person took this consent back while a contact was made: it ends in the transaction of the log."""
    withdraw: Withdrawal = import_string(settings.WITHDRAWN_IN_CONTACT)
    withdraw(acting_user, consent_id, evidence, at)

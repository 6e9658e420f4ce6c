"""Whether a reminder that was written in the evening still holds in the morning. One query each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from contacts.requests.models import ContactRequest, Permit
from contacts.requests.numbers import permit_key, request_key
from contacts.requests.rules import WAITING, PermitState


def still_waits(payload: dict[str, Any], at: datetime) -> bool:
    """The request waits for a verdict."""
    key = request_key(payload["number"])
    return key is not None and ContactRequest.objects.filter(pk=key, state__in=WAITING).exists()


def still_ends(payload: dict[str, Any], at: datetime) -> bool:
    """The permit can still be used."""
    key = permit_key(payload["permit"])
    return isinstance(key, int) and Permit.objects.filter(pk=key, state=PermitState.ACTIVE, valid_until__gt=at).exists()

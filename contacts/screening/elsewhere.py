"""What this room must ask of rooms that it does not know; the roof says whom (portal/handlers.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from contacts.screening.asking import Asked, SenderOn

if TYPE_CHECKING:
    from portal.people.models import User


class Sending(Protocol):
    def __call__(self, user: User | None, *, asked: Asked, account: str = "") -> SenderOn: ...


@dataclass(frozen=True, slots=True)
class Roof:
    """`sender` says from where a person (None: a system for itself) would write, day by day, from the named account or
    the best open one; it raises ValidationError for who may not ask and an account that there is not. `accounts` are
    the open accounts of a day, as key and words."""

    sender: Sending
    accounts: Callable[[date], Sequence[tuple[str, str]]]


def roof() -> Roof:
    found: Roof = import_string(settings.SCREENING_ROOF)
    return found

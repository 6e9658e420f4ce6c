"""Who may sign in with a password of the portal's own: everybody, or, where the company's sign-in service does that,
only the account for the day on which it is down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from portal.people.models import User


def may_sign_in_locally(person: User) -> bool:
    return settings.LOCAL_SIGN_IN or is_break_glass(person)


def is_break_glass(person: User) -> bool:
    """The one account that stays open, whoever else may not: its use is in the trail and told to the officers."""
    return bool(settings.BREAK_GLASS_EMAIL) and person.email == settings.BREAK_GLASS_EMAIL.strip().lower()

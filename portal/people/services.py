"""Verbs about people. Time is passed in; the acting user comes first."""

from __future__ import annotations

from portal.people.models import User


def set_own_language(acting_user: User, *, language: str) -> None:
    """The language of pages and mails; a taste of one's own, so the trail does not keep it."""
    acting_user.language = language
    acting_user.save(update_fields=["language"])


def set_own_theme(acting_user: User, *, theme: str) -> None:
    """Light, dark, or like the device."""
    acting_user.theme = theme
    acting_user.save(update_fields=["theme"])

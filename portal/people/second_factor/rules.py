"""Who needs a second factor, and when it is asked for. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def needed_of(roles: Iterable[str], required: Iterable[str]) -> bool:
    """Whether somebody with these roles needs a second factor (ASVS 5.0, 6.3.3)."""
    return not set(roles).isdisjoint(required)

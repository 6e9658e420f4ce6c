"""The signed-in person of a request, with the right type."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

if TYPE_CHECKING:
    from portal.people.models import User


def person(request: HttpRequest) -> User:
    """`request.user` behind the login gate: never anonymous there."""
    return cast("User", request.user)

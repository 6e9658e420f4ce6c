"""Who reads names of employees: in works council mode auditors read pseudonyms until an unmasking is agreed to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.access.roles import Role
from portal.people.masking import names_hidden_from
from portal.retention.models import Unmasking

if TYPE_CHECKING:
    from portal.people.models import User


def sees_names(user: User, at: datetime) -> bool:
    """The officer needs the names for the work; whoever reads as auditor or works council does not, but while an
    unmasking of the trail stands. One query, only for auditors in that mode."""
    if not settings.WORKS_COUNCIL_MODE or not user.has_role(Role.AUDITOR) or user.has_role(Role.DPO):
        return True
    return Unmasking.objects.open_at(at).filter(scope=Unmasking.Scope.TRAIL).exists()


class MaskingMiddleware:
    """Stands behind the sign-in: what is rendered in this request is rendered for this reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or sees_names(user, timezone.now()):
            return self.get_response(request)
        with names_hidden_from(user.pk):
            return self.get_response(request)

"""What administrators are told about receivers."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from portal.access.roles import Role
from portal.outbox import services as outbox
from portal.people.models import User
from portal.webhooks.models import Endpoint

TOPIC = "webhook_stopped"


def stopped(endpoint: Endpoint, *, at: datetime) -> None:
    """The endpoint is called no more: it wants nothing, or nothing reached it for three days."""
    _tell(endpoint, endpoint.state, at)


def given_up(endpoint: Endpoint, *, at: datetime) -> None:
    """One event was tried ten times in vain; told once a day for each endpoint."""
    _tell(endpoint, "given_up", at)


def _tell(endpoint: Endpoint, what: str, at: datetime) -> None:
    context = {"name": endpoint.name, "what": what, "path": f"/webhooks/{endpoint.pk}/"}
    for one in User.objects.with_role(Role.ADMINISTRATOR):
        key = f"webhook:{endpoint.pk}:{what}:{timezone.localdate(at).isoformat()}:{one.pk}"
        outbox.mail(to=one, template=TOPIC, context=context, at=at, key=key)

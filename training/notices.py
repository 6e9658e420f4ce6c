"""The mails of the training room. Contexts carry a course, a day and, for the manager, a name: never a result."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from portal.outbox import services as outbox

if TYPE_CHECKING:
    from portal.people.models import User
    from training.models import Certificate


def due_key(certificate: Certificate, step: int) -> str:
    return f"certificate:{certificate.pk}:{step}"


def overdue_key(certificate: Certificate, week: int) -> str:
    return f"certificate:{certificate.pk}:overdue:{week}"


def team_key(certificate: Certificate) -> str:
    return f"certificate:{certificate.pk}:overdue:team"


def due(certificate: Certificate, step: int, *, today: date, at: datetime) -> None:
    context = _about(certificate) | {"left": (certificate.valid_until - today).days}
    key = due_key(certificate, step)
    outbox.mail(to=certificate.person, template="certificate_due", context=context, at=at, key=key)


def overdue(certificate: Certificate, week: int, *, at: datetime) -> None:
    key = overdue_key(certificate, week)
    outbox.mail(to=certificate.person, template="certificate_overdue", context=_about(certificate), at=at, key=key)


def team_overdue(certificate: Certificate, manager: User, *, at: datetime) -> None:
    """A manager hears name, state and day, nothing else (law: works council, necessity)."""
    context = {"name": certificate.person.get_full_name(), "valid_until": _noon(certificate.valid_until)}
    outbox.mail(to=manager, template="team_overdue", context=context, at=at, key=team_key(certificate))


def issued(certificate: Certificate, *, at: datetime) -> None:
    """The pass, with the way to the document. No score: mails are read over shoulders."""
    context = _about(certificate) | {"number": certificate.number}
    key = f"certificate:{certificate.pk}:issued"
    outbox.mail(to=certificate.person, template="certificate_issued", context=context, at=at, key=key)


def _about(certificate: Certificate) -> dict[str, Any]:
    return {"course": certificate.course, "valid_until": _noon(certificate.valid_until)}


def _noon(day: date) -> str:
    """An instant that is on this day, as mails carry instants."""
    return timezone.make_aware(datetime.combine(day, time(12))).isoformat()

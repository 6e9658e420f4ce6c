"""The mails of the training room. Contexts carry a course, a day and, for the manager, a name: never a result."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation

from portal.outbox import services as outbox

if TYPE_CHECKING:
    from portal.people.models import User
    from training.models import Assignment, Certificate, CourseVersion
    from training.services.reminding.items import Item


def due(person: User, items: Sequence[Item], keys: Sequence[str], *, today: date, at: datetime) -> None:
    """Something ends or is due soon: one mail that names all of it, the most pressing first."""
    outbox.mail(to=person, template="certificate_due", context=_list(items, today), at=at, key=_key(keys))


def overdue(person: User, items: Sequence[Item], keys: Sequence[str], *, today: date, at: datetime) -> None:
    """Something has ended or should have been passed; what is due soon is named with it."""
    outbox.mail(to=person, template="certificate_overdue", context=_list(items, today), at=at, key=_key(keys))


def team_overdue(manager: User, items: Sequence[Item], keys: Sequence[str], *, at: datetime) -> None:
    """A manager hears name, state and day, nothing else (law: works council, necessity)."""
    people = [
        {"name": one.person.get_full_name(), "assigned": one.assigned, "valid_until": _noon(one.day)} for one in items
    ]
    outbox.mail(to=manager, template="team_overdue", context={"people": people}, at=at, key=_key(keys))


def issued(certificate: Certificate, *, at: datetime) -> None:
    """The pass, with the way to the document. No score: mails are read over shoulders."""
    context = {"course": certificate.course, "valid_until": _noon(certificate.valid_until)}
    context |= {"number": certificate.number}
    key = f"certificate:{certificate.pk}:issued"
    outbox.mail(to=certificate.person, template="certificate_issued", context=context, at=at, key=key)


def refresher_assigned(assignment: Assignment, version: CourseVersion, *, at: datetime) -> None:
    """A refresher after something went wrong, with the reason; goes to the person alone."""
    assert assignment.person is not None
    with translation.override(assignment.person.language):
        title = version.title
    day = timezone.localdate(assignment.created_at) + timedelta(days=assignment.due_days)
    context: dict[str, Any] = {"course": title, "because": assignment.because, "valid_until": _noon(day)}
    context |= {"slug": version.course.slug, "refresher": assignment.refresher}
    key = f"assignment:{assignment.pk}:told"
    outbox.mail(to=assignment.person, template="refresher_assigned", context=context, at=at, key=key)


def cases_flipped(author: User, cases: Sequence[dict[str, Any]], *, at: datetime, key: str) -> None:
    """Rules have changed, and with them the right answers of cases that are being asked."""
    outbox.mail(to=author, template="cases_flipped", context={"cases": list(cases)}, at=at, key=key)


def _list(items: Sequence[Item], today: date) -> dict[str, Any]:
    courses = [
        {
            "title": one.title,
            "assigned": one.assigned,
            "over": one.day < today,
            "valid_until": _noon(one.day),
            "left": (one.day - today).days,
        }
        for one in items
    ]
    first = courses[0]
    told = {name: first[name] for name in ("left", "valid_until", "assigned")}
    return {"courses": courses, "pauses": not all(one["assigned"] for one in courses), **told}


def _key(keys: Sequence[str]) -> str:
    """The same steps are the same mail."""
    return f"training:{hashlib.sha256(' '.join(sorted(keys)).encode()).hexdigest()[:40]}"


def _noon(day: date) -> str:
    """An instant that is on this day, as mails carry instants."""
    return timezone.make_aware(datetime.combine(day, time(12))).isoformat()

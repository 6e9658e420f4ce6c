"""The mails of this room. Contexts carry a number and a day, never a name: a mail may be read on a phone in a train."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from contacts.rights.rules import reminder_step
from contacts.rights.selectors import officers, who_may_agree
from portal.outbox import services as outbox
from portal.outbox.models import OutboxMessage

if TYPE_CHECKING:
    from contacts.rights.models import DataRequest, NameRelease
    from portal.people.models import User


def entered(request: DataRequest, *, at: datetime) -> None:
    """What customers ask on their own page the officers have had by mail, in the customer's words."""
    if request.job:
        return
    for officer in officers():
        if officer.pk != request.entered_by_id:
            outbox.mail(to=officer, template="data_request_entered", context=_about(request), at=at)


def proposed(request: DataRequest, *, at: datetime) -> None:
    """Every officer who could carry it out."""
    for officer in officers():
        if request.proposed_by is None or not officer.is_same_person_as(request.proposed_by):
            outbox.mail(to=officer, template="erasure_proposed", context=_about(request), at=at)


def names_asked(release: NameRelease, *, at: datetime) -> None:
    for person in who_may_agree(release):
        context = _about(release.request) | {"release": release.pk}
        outbox.mail(to=person, template="names_asked", context=context, at=at)


def deadline(request: DataRequest, step: str, *, at: datetime) -> int:
    """One mail an officer and step, for ever; returns how many are new. More time begins the steps anew."""
    keys = {_key(request, step, one): one for one in officers()}
    there = _there(keys)
    for key, officer in keys.items():
        outbox.mail(to=officer, template="data_request_due", context=_about(request) | {"step": step}, at=at, key=key)
    return len(keys.keys() - there)


def unheard(requests: Iterable[DataRequest], *, at: datetime) -> list[DataRequest]:
    """Those at a step of which an officer has yet to hear. Three queries, whatever there is."""
    found, people, today = list(requests), list(officers()), timezone.localdate(at)
    wanted = {
        one.pk: {_key(one, step, who) for who in people}
        for one in found
        if (step := reminder_step(one.due_on, today)) is not None
    }
    there = _there(key for keys in wanted.values() for key in keys)
    return [one for one in found if wanted.get(one.pk, set()) - there]


def _key(request: DataRequest, step: str, officer: User) -> str:
    return f"data_request:{request.pk}:{request.due_on}:{step}:{officer.pk}"


def _there(keys: Iterable[str]) -> set[str]:
    return set(OutboxMessage.objects.filter(key__in=list(keys)).values_list("key", flat=True))


def _about(request: DataRequest) -> dict[str, Any]:
    return {"number": request.number, "kind": request.kind, "due_on": request.due_on.isoformat()}

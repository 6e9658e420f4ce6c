"""Once a night everything is verified, and the data protection officer is told of what differs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.access.roles import Role
from portal.audit.anchoring import anchor
from portal.audit.models import Verification
from portal.audit.sealing import seal
from portal.audit.verifying import Found, verify
from portal.jobs import TimeIsUp
from portal.outbox import services as outbox
from portal.people.models import User

#: The hour of the night from which on the day's verification is due.
HOUR = 2
TEMPLATE = "audit_alarm"


def seal_and_anchor(*, at: datetime) -> int:
    """One turn of the sequencer; returns how many entries were sealed."""
    count = seal(at=at)
    anchor(at=at)
    return count


def verify_nightly(*, at: datetime) -> int:
    """Seal what was passed over, verify everything, alarm; 1 where it was due, else 0."""
    last = Verification.objects.first()
    if last is not None and not _is_due(last.at, at):
        return 0
    seal(at=at, everything=True)
    anchor(at=at)
    try:
        found = verify()
    except TimeIsUp:
        keep(Found(0, 0, "unfinished", {"why": "TimeIsUp"}), at=at)
        raise
    except Exception as error:
        keep(Found(0, 0, "unfinished", {"why": type(error).__name__}), at=at)
        raise
    keep(found, at=at)
    return 1


@transaction.atomic
def keep(found: Found, *, at: datetime) -> Verification:
    """Note what came of it; whatever is not right is told to every data protection officer at once, once a day."""
    row = Verification.objects.create(
        at=at, tree_size=found.tree_size, ok=found.ok, finding=found.finding, values=found.values
    )
    if not found.ok:
        _alarm(found, at)
    return row


def _alarm(found: Found, at: datetime) -> None:
    context: dict[str, Any] = {"entry": found.values.get("entry"), "finding": found.finding, "values": found.values}
    about = f"audit-alarm:{found.finding}:{found.values.get('entry', '')}:{timezone.localdate(at)}"
    for one in User.objects.with_role(Role.DPO):
        outbox.mail(to=one, template=TEMPLATE, context=context, at=at, key=f"{about}:{one.pk}")


def _is_due(last: datetime, at: datetime) -> bool:
    """On another day than the last one, at night; and whenever a clock was set back."""
    there, here = timezone.localtime(last), timezone.localtime(at)
    return here.date() < there.date() or (here.date() > there.date() and here.hour >= HOUR)

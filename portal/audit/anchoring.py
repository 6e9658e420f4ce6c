"""Gives signed heads to places outside the database: whoever owns the database does not own them.

Every head goes into a file that is only ever appended to, the newest one once a day by mail to the data protection
officer and the auditors. Both may happen twice for one head and never not at all: what was given is noted afterwards.
"""

from __future__ import annotations

import fcntl
import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from portal.access.roles import Role
from portal.audit.models import Anchor, SignedHead
from portal.audit.rules.leaf import fingerprint
from portal.outbox import services as outbox
from portal.people.models import User

READERS = (Role.DPO, Role.AUDITOR)
TEMPLATE = "audit_head"


def anchor(*, at: datetime) -> int:
    """Anchor what is not anchored; returns how many heads went somewhere. Raises OSError where the file cannot be
    written: the mail is on its way by then."""
    return _mail(at) + _append(at)


@transaction.atomic
def _mail(at: datetime) -> int:
    """The newest head, unless one went out within the hours of the setting. It covers all entries before it."""
    newest = SignedHead.objects.filter(tree_size__gt=0).last()
    mailed = Anchor.objects.filter(place=Anchor.Place.MAIL).last()
    since = timedelta(hours=settings.AUDIT_MAIL_HOURS)
    if newest is None or (mailed is not None and (mailed.head_id == newest.pk or abs(at - mailed.at) < since)):
        return 0
    readers = list(User.objects.filter(is_active=True, roles__overlap=list(READERS)))
    context = {
        "tree_size": newest.tree_size,
        "line": newest.plain().line(),
        "key": fingerprint(bytes(newest.key)),
        "made_at": newest.at.isoformat(),
    }
    for reader in readers:
        outbox.mail(to=reader, template=TEMPLATE, context=context, at=at, key=f"audit-head:{newest.pk}:{reader.pk}")
    if readers:
        Anchor.objects.create(head=newest, place=Anchor.Place.MAIL, at=at)
    return int(bool(readers))


def _append(at: datetime) -> int:
    waiting = list(SignedHead.objects.exclude(anchors__place=Anchor.Place.FILE).order_by("pk"))
    if not waiting:
        return 0
    append(Path(settings.AUDIT_HEADS_FILE), [head.plain().line() for head in waiting])
    Anchor.objects.bulk_create(
        (Anchor(head=head, place=Anchor.Place.FILE, at=at) for head in waiting), ignore_conflicts=True
    )
    return len(waiting)


def append(path: Path, lines: list[str]) -> None:
    """Lines at the end of a file, on the disk when this returns; two writers do not get into each other's lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        os.write(handle, "".join(f"{line}\n" for line in lines).encode())
        os.fsync(handle)
    finally:
        os.close(handle)

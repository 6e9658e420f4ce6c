"""Ending sessions: by their owner, by an administrator, and with the account."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.access.roles import Role
from portal.audit.services import record
from portal.people.sessions.models import SignedIn

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def end_session(acting_user: User, *, session: SignedIn, at: datetime) -> None:
    """The browser of this session is a stranger's with its next request. One's own, or anybody's for administrators.

    Of two at once the second finds nothing and writes nothing."""
    _demand(acting_user, session.person_id)
    gone, _rows = SignedIn.objects.filter(pk=session.pk, person_id=session.person_id).delete()
    if gone:
        record(acting_user, "session.ended", "person", session.person_id, at=at, after={"sessions": 1})


@transaction.atomic
def end_sessions(acting_user: User, *, person: User, spare: str | None = None, at: datetime) -> int:
    """End all sessions of a person but `spare` (a session key); returns how many. Nothing to end writes nothing."""
    _demand(acting_user, person.pk)
    gone = drop_sessions(person, spare=spare)
    if gone:
        record(acting_user, "session.ended", "person", person.pk, at=at, after={"sessions": gone})
    return gone


def drop_sessions(person: User, *, spare: str | None = None) -> int:
    """Delete them without an entry of its own: verbs that take an account away say so in theirs."""
    gone, _rows = SignedIn.objects.filter(person_id=person.pk).exclude(pk=spare or "").delete()
    return gone


def _demand(acting_user: User, person_id: int | None) -> None:
    if person_id != acting_user.pk and not acting_user.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied

"""Letters and documents: made on demand, with their fingerprint on record; the portal keeps none of them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.rights import paper, portable
from contacts.rights.models import DataRequest, Letter
from contacts.rights.rules import Kind, State
from contacts.rights.selectors import names_released
from contacts.rights.services.common import NotNow, lock_request, note
from portal.access.roles import Role, require_role

if TYPE_CHECKING:
    from portal.people.models import User

L = Letter.Kind
#: Which letters a request in a state can have: anything else would say what is not so.
FITTING: dict[str, tuple[str, ...]] = {
    State.RECEIVED: (L.RECEIPT,),
    State.OPEN: (L.RECEIPT, L.ACCESS, L.PORTABILITY),
    State.PROPOSED: (L.RECEIPT,),
    State.ANSWERED: (L.DONE, L.ERASED),
    State.REFUSED: (L.REFUSAL,),
    State.WITHDRAWN: (),
}


def fitting(request: DataRequest) -> list[str]:
    """The letters that can be made now, in the order of `Letter.Kind`."""
    found = set(FITTING[request.state])
    if request.extended_at is not None and request.is_running:
        found.add(L.EXTENSION)
    if request.kind != Kind.ERASURE:
        found.discard(L.ERASED)
    else:
        found.discard(L.DONE)
    if request.kind not in (Kind.ACCESS, Kind.PORTABILITY):
        found -= {L.ACCESS, L.PORTABILITY}
    elif request.kind == Kind.PORTABILITY:
        found.discard(L.ACCESS)
    return [kind for kind in L.values if kind in found]


@transaction.atomic
def make_letter(acting_user: User, *, request: DataRequest, kind: str, at: datetime) -> bytes:
    """One letter as PDF, or the data to take along as JSON. Raises NotNow for one that does not fit the state."""
    require_role(acting_user, Role.DPO)
    locked, at = lock_request(request, at)
    if kind not in fitting(locked):
        raise NotNow(_("This letter does not fit how far %(number)s is.") % {"number": locked.number})
    content = _content(locked, kind, at)
    keep(acting_user, locked, kind, content, at=at)
    return content


def _content(request: DataRequest, kind: str, at: datetime) -> bytes:
    if kind == L.PORTABILITY:
        return portable.document(request, at=at)
    if kind == L.ACCESS:
        return paper.access(request, at=at, names=names_released(request))
    return paper.letter(request, kind, at=at)


def keep(acting_user: User, request: DataRequest, kind: str, content: bytes, *, at: datetime) -> Letter:
    """That a letter was made, and which bytes it has; inside the verb that made it."""
    made = Letter(request=request, kind=kind, language=request.language, made_at=at, made_by=acting_user)
    made.sha256 = hashlib.sha256(content).hexdigest()
    made.full_clean()
    made.save(force_insert=True)
    note(acting_user, "letter_made", request, at=at, letter=kind, sha256=made.sha256)
    return made

"""Where what a reviewer has just done can be undone (docs/decisions/0049): a verdict counts at once, so nothing here
takes it back by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contacts.requests.inbox import Waiting
from contacts.requests.models import Permit
from contacts.requests.numbers import request_key, request_number
from contacts.requests.rules import PermitState
from contacts.requests.selectors import may_revoke

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Undo:
    """What was just done with a request: `aside`, and it can be taken up again; or `decided`, and `permit` is the
    number of the permit that came of it, where this person may end it."""

    number: str
    aside: bool
    permit: str = ""


def undo_of(user: User, *, aside: str, decided: str, waiting: Waiting) -> Undo | None:
    """By the numbers that the address of the inbox brings; None where there is nothing to undo. At most one query."""
    key = request_key(aside)
    if key in waiting.asleep:
        return Undo(request_number(key), aside=True)
    key = request_key(decided)
    if key is None:
        return None
    seen = Permit.objects.visible_to(user).filter(request=key, state=PermitState.ACTIVE)
    permit = seen.select_related("holder").first()
    if permit is None or not may_revoke(user, permit):
        return None
    return Undo(request_number(key), aside=False, permit=permit.number)

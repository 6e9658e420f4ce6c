"""For whom an assistant acts: the person of its key, asked anew with every call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.machines.door import demand
from portal.machines.models import ApiToken, Scope
from portal.machines.problems import Problem
from portal.machines.services import token_for
from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Caller:
    """The key, the person in whose place it asks, and when."""

    token: ApiToken
    person: User
    at: datetime


def admit(secret: str, scope: Scope, *, at: datetime, expected: str = "") -> Caller:
    """Who calls. `expected` is the e-mail address that the start of the server named, or nothing.

    Raises Problem 401 for a key that is not valid (any more), 403 without the scope or without a person who may work
    here, 429 for too many calls in a minute, as the API does. Each call is counted in the key's own row.
    """
    token = token_for(secret, at=at)
    if token is None:
        raise Problem(401, _("The key is not valid. It may be revoked or its time may be over."))
    demand(token, scope, at)
    if token.acts_for_id is None:
        raise Problem(403, _("This key acts for nobody. An assistant needs a key that asks in the place of a person."))
    person = User.objects.filter(pk=token.acts_for_id, is_active=True).select_related("department").first()
    if person is None:
        raise Problem(403, _("The person in whose place this key asks does not work here any more."))
    if expected and person.email.casefold() != expected.casefold():
        raise Problem(403, _("This key acts for another person than the one that was named at the start."))
    person.through = f"api:{token.name}"  # the trail names both, as with the API
    return Caller(token, person, at)

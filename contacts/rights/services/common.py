"""What every verb of this room does first: lock, ask the table, check who acts; and the one entry at its end."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from contacts.customers.selectors import lock_customer, moment
from contacts.rights.models import KEEPERS, DataRequest
from contacts.rights.rules import Transition, Verb, Who, transition
from portal.access.roles import Role
from portal.audit.services import record

if TYPE_CHECKING:
    from portal.audit.services import Job
    from portal.people.models import User


class NotNow(ValidationError):
    """The request is in a state in which this cannot be done."""


def lock_request(request: DataRequest, at: datetime) -> tuple[DataRequest, datetime]:
    """The request under its lock, the customer's first; and the instant, never before what is on record."""
    customer = lock_customer(request.customer_id) if request.customer_id is not None else None
    locked = DataRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if customer is not None:
        locked.customer, at = customer, moment(customer, at)
    return locked, max(at, locked.entered_at)


def demand(verb: Verb, acting_user: User, request: DataRequest) -> Transition:
    """The row of the table; raises NotNow where there is none, PermissionDenied for who may not take it."""
    row = transition(verb, request.state, request.kind)
    if row is None:
        raise NotNow(_("%(number)s has moved on. Nothing was changed; look at it again.") % {"number": request.number})
    if not may(acting_user, row, request):
        raise PermissionDenied
    return row


def may(user: User, row: Transition, request: DataRequest) -> bool:
    """Whether this person fits a row of the table."""
    if row.who == Who.KEEPER:
        return user.has_role(*KEEPERS)
    if row.who == Who.OFFICER or request.proposed_by is None:
        return user.has_role(Role.DPO)
    return user.has_role(Role.DPO) and not user.is_same_person_as(request.proposed_by)


def allowed(user: User, request: DataRequest) -> frozenset[str]:
    """What this person can do to this request now: for buttons."""
    rows = ((verb, transition(verb, request.state, request.kind)) for verb in Verb)
    return frozenset(verb.value for verb, row in rows if row is not None and may(user, row, request))


def demand_words(name: str, text: str, sentence: str) -> str:
    """The text without spaces around it; raises ValidationError at the field where nothing is left."""
    if not text.strip():
        raise ValidationError({name: sentence})
    return text.strip()


def note(actor: User | Job, verb: str, request: DataRequest, *, at: datetime, before: str = "", **after: Any) -> None:
    """The one audit entry of an act. It says what was done, never what was written."""
    record(
        actor,
        f"data_request.{verb}",
        "data_request",
        request.number,
        at=at,
        customer_id=request.customer_id,
        before={"state": before} if before else {},
        after={"state": request.state, **after},
    )

"""The answer: what was asked for is done, and the request is closed with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers.models import Objection
from contacts.customers.restricting import restrict
from contacts.customers.services import record_objection
from contacts.rights.models import DataRequest, Letter
from contacts.rights.rules import Kind, Verb
from contacts.rights.services.common import demand, demand_words, lock_request
from contacts.rights.services.register import close

if TYPE_CHECKING:
    from portal.people.models import User

#: What can be objected to: the scopes of the customers' room.
SCOPES = Objection.Scope
#: What must have been made before such a request can be called answered.
DOCUMENTS = {Kind.ACCESS.value: Letter.Kind.ACCESS, Kind.PORTABILITY.value: Letter.Kind.PORTABILITY}
HOW = {
    DataRequest.How.LETTER: Objection.How.WRITTEN,
    DataRequest.How.EMAIL: Objection.How.WRITTEN,
    DataRequest.How.OWN_PAGE: Objection.How.PREFERENCES,
}


@transaction.atomic
def answer(
    acting_user: User, *, request: DataRequest, text: str, at: datetime, scope: str = SCOPES.MARKETING
) -> DataRequest:
    """Close a request as answered: `text` says what was answered or done.

    A restriction and an objection (`scope`) are put into effect with it, in this transaction; what is wrong was
    corrected on the customer's page before. Raises ValidationError where the document that answers was never made.
    """
    locked, at = lock_request(request, at)
    row = demand(Verb.ANSWER, acting_user, locked)
    said = demand_words("text", text, _("Say what was answered or done, in a sentence."))
    document = DOCUMENTS.get(locked.kind)
    if document is not None and not locked.letters.filter(kind=document).exists():
        raise ValidationError({"text": _("Make the document with the data first: it is the answer.")})
    act = _EFFECTS.get(locked.kind)
    if act is not None:
        act(acting_user, locked, said, at, scope)
    close(locked, acting_user, row, said, at, word="answered")
    return locked


def _restrict(acting_user: User, request: DataRequest, said: str, at: datetime, scope: str) -> None:
    assert request.customer is not None
    restrict(acting_user, customer=request.customer, reason=said, at=at)


def _object(acting_user: User, request: DataRequest, said: str, at: datetime, scope: str) -> None:
    """It counts from when it was received as far as the customers' room can tell: nothing lies before its record."""
    assert request.customer is not None
    how = HOW.get(DataRequest.How(request.how), Objection.How.SPOKEN)
    record_objection(acting_user, customer=request.customer, scope=scope, how=how, at=at, note=request.number)


_EFFECTS: dict[str, Callable[[User, DataRequest, str, datetime, str], None]] = {
    Kind.RESTRICTION.value: _restrict,
    Kind.OBJECTION.value: _object,
}

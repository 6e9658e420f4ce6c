"""The same question about several customers: each is asked, decided, handed in, audited and told singly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers.selectors import lock_customer
from contacts.requests.asking_several import MOST, Row
from contacts.requests.deciding import ASKERS
from contacts.requests.models import ContactRequest
from contacts.requests.services import asking, submitting
from contacts.requests.services.common import NotNow
from portal.access.roles import require_role

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one customer. `earlier`: an earlier press of the same page sent it. `refusal`: why nothing was
    kept, as a sentence."""

    customer: Customer
    request: ContactRequest | None = None
    earlier: bool = False
    refusal: str = ""


def ask_together(
    acting_user: User, *, rows: Iterable[Row], fields: Mapping[str, Any], once: UUID, at: datetime
) -> list[Sent]:
    """Ask about and hand in what the check page showed as to be sent, one transaction a customer; what cannot be sent
    leaves nothing behind and does not hold up the others. A second press of the same page (`once`) sends nothing anew.

    Each `row.outcome` is the verdict that was shown: where the rules say something else by now, nothing is sent.
    Raises ValidationError for more than MOST.
    """
    require_role(acting_user, *ASKERS)
    wanted = list(rows)
    if len(wanted) > MOST:
        raise ValidationError(_("At most %(most)d customers can be asked about at once.") % {"most": MOST})
    return [_send(acting_user, row, fields, once, at) for row in wanted]


def _send(acting_user: User, row: Row, fields: Mapping[str, Any], once: UUID, at: datetime) -> Sent:
    customer = row.customer
    try:
        with transaction.atomic():
            lock_customer(customer.pk)
            earlier = ContactRequest.objects.filter(requester=acting_user, once=once, customer=customer).first()
            if earlier is not None:
                return Sent(customer, earlier, earlier=True)
            return Sent(customer, _asked(acting_user, row, fields, once, at))
    except ValidationError as refusal:
        return Sent(customer, refusal=refusal.messages[0])


def _asked(acting_user: User, row: Row, fields: Mapping[str, Any], once: UUID, at: datetime) -> ContactRequest:
    """Raises ValidationError, with which nothing of it is kept."""
    if row.point is None or not row.sends:
        raise NotNow(" ".join(row.because) or _("The rules forbid it."))
    request, given = asking.ask(
        acting_user,
        customer=row.customer,
        contact_point=row.point,
        account=row.account,
        once=once,
        at=at,
        **fields,
    )
    if given.outcome != row.outcome:
        raise NotNow(_("The answer has changed since the page was shown. Look at it again."))
    return submitting.submit(acting_user, request=request, at=at)

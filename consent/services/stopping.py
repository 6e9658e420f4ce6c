"""“Stop”, recorded by anybody in the company who works with customers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from consent.services.common import WITHDRAWERS
from consent.services.refusing import reached
from contacts.customers.selectors import lock_customer
from contacts.customers.services import record_objection
from portal.access.roles import require_role

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User


@transaction.atomic
def stop_contact(
    acting_user: User, *, customer: Customer, scope: str, how: str, at: datetime, channel: str = "", note: str = ""
) -> int:
    """The customer wants no advertising, or no contact at all, over one channel or ("") over every one.

    The objection and the withdrawal of each consent that it covers are one commit (Art. 7(3), 21(3) GDPR). Returns
    how many consents ended.
    """
    require_role(acting_user, *WITHDRAWERS)
    locked = lock_customer(customer.pk)
    ended = len(reached(locked, scope, channel))
    record_objection(acting_user, customer=locked, scope=scope, channel=channel, how=how, note=note, at=at)
    return ended

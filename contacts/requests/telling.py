"""What other systems hear of permits (docs/webhooks.md). Part of a verb, within its transaction and locks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from portal.webhooks.models import EventType
from portal.webhooks.telling import tell

if TYPE_CHECKING:
    from contacts.requests.models import Permit


def tell_permit(type: EventType, permit: Permit, *, at: datetime) -> None:
    """A permit begins or ends; who holds it and why is not theirs to know."""
    data = {
        "customer": permit.customer.number,
        "customer_id": permit.customer_id,
        "permit": permit.number,
        "state": permit.state,
        "purpose": permit.purpose,
        "channel": permit.contact_point.channel,
        "platform": permit.contact_point.platform or None,
        "valid_until": permit.valid_until,
    }
    tell(type, data, customer_id=permit.customer_id, at=at)

"""What other systems hear of customers (docs/webhooks.md). Part of a verb, within its transaction and locks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from contacts.customers.models import Objection
from portal.webhooks.models import EventType
from portal.webhooks.telling import Told, tell_all


def tell_objections(objections: Iterable[Objection], numbers: Mapping[int, str], *, at: datetime) -> None:
    """Somebody refuses; `numbers` are those of their customers, whose locks the caller holds."""
    told = [
        Told(
            EventType.OBJECTION_RECORDED,
            one.customer_id,
            {
                "customer": numbers[one.customer_id],
                "customer_id": one.customer_id,
                "objection": one.pk,
                "scope": one.scope,
                "channel": one.channel or None,
            },
        )
        for one in objections
    ]
    tell_all(told, at=at)

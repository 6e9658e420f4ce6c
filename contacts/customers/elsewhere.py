"""What this room must ask of rooms that it does not know; the roof says whom (portal/handlers.py)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.audit.services import Job
    from portal.people.models import User

#: Called with ids of customers; says when each of them last agreed to anything.
Agreements = Callable[[Collection[int]], "dict[int, datetime]"]


def last_agreed(customer_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these customers last agreed to anything; nobody who never did. Ask under their locks."""
    ask: Agreements = import_string(settings.LAST_AGREED)
    return ask(customer_ids)


#: Called with who erases, the customer under the lock with the addresses still there, and the instant.
Erasure = Callable[["User | Job", "Customer", datetime], None]


def erase_elsewhere(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """What other rooms hold of a customer ends or goes, in the transaction of the erasure."""
    acts: tuple[Erasure, ...] = import_string(settings.ERASED_WITH)
    for act in acts:
        act(acting_user, customer, at)


#: Called with the customer and the instant; says in a sentence why the data must stay for now, or nothing ("").
Hindrance = Callable[["Customer", datetime], str]


def hindrances(customer: Customer, at: datetime) -> list[str]:
    """Why this customer cannot be erased now, in whole sentences; empty where nothing stands in the way."""
    asked: tuple[Hindrance, ...] = import_string(settings.ERASURE_HINDERED_BY)
    return [sentence for ask in asked if (sentence := ask(customer, at))]

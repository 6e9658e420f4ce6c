"""What this room must ask of rooms that it does not know; the roof says whom (portal/handlers.py)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

#: Called with ids of customers; says when each of them last agreed to anything.
Agreements = Callable[[Collection[int]], "dict[int, datetime]"]


def last_agreed(customer_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these customers last agreed to anything; nobody who never did. Ask under their locks."""
    ask: Agreements = import_string(settings.LAST_AGREED)
    return ask(customer_ids)

"""Every contact that was made with a customer. Who made it belongs to other rooms; the roof says whom to ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from portal.vocabulary import Purpose, way_in_words


class ContactMade(NamedTuple):
    """When, over which way, and why: what the customer is told of a contact."""

    at: datetime
    channel: str
    platform: str
    purpose: str

    @property
    def way_word(self) -> str:
        return way_in_words(self.channel, self.platform)

    @property
    def purpose_word(self) -> str:
        return str(Purpose(self.purpose).label)


#: Called with the customer's id; yields (at, channel, platform, purpose) of each contact.
Source = Callable[[int], "list[tuple[datetime, str, str, str]]"]


def contacts_of(customer_id: int) -> list[ContactMade]:
    """All of them, the latest first."""
    sources: tuple[Source, ...] = import_string(settings.CONTACTS_OF)
    found = [ContactMade(*row) for source in sources for row in source(customer_id)]
    return sorted(found, key=lambda contact: contact.at, reverse=True)

"""Which kinds of data belong to an activity, by what the rooms declare for retention and for Art. 15 GDPR."""

from __future__ import annotations

from functools import lru_cache

from django.apps import apps

from portal.retention.declared import rules, tables
from portal.subjects import contributors
from portal.vocabulary import Channel

#: Consents to advertising calls are a kind of their own (§ 7a UWG); of other channels they say nothing.
_OF_ONE_CHANNEL = {"consent.call": Channel.PHONE.value}
#: What a row is about that says over which way a customer is reached.
_ADDRESS = "customers.ContactPoint"


def kinds_of_portal() -> list[str]:
    """All of them, by the keys of their rules of retention."""
    return list(rules())


def kinds_over(channel: str) -> list[str]:
    """What is kept of contacts over a channel: the tables that a person is told of and that name a channel or an
    address. In the order of the rules."""
    found = _with_a_way()
    return [key for key in rules() if key in found and _OF_ONE_CHANNEL.get(key, channel) == channel]


@lru_cache(maxsize=1)
def _with_a_way() -> frozenset[str]:
    told = (apps.get_model(name) for one in contributors() for name in one.models)
    named = [model for model in told if any(_names_a_way(field) for field in model._meta.fields)]
    return frozenset(key for model in named for key in tables()[model._meta.db_table].personal)


def _names_a_way(field: object) -> bool:
    related = getattr(field, "related_model", None)
    return getattr(field, "name", "") == "channel" or (related is not None and related._meta.label == _ADDRESS)

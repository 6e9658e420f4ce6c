"""A situation made once by the services, and copied for every race: each table in one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model

from contacts.requests.promotion import fingerprint
from contacts.requests.routing.fingerprint import sha256_of

#: Called with a copy and the number of the race, for what must be unique.
Change = Callable[[Any, int], None]


def copies(pattern: Sequence[Model], times: int, change: Change) -> list[dict[Model, Any]]:
    """For each race a map from the rows of the pattern to their copies. A row stands behind those that it points at."""
    made: list[dict[Model, Any]] = [{} for _ in range(times)]
    for row in pattern:
        fresh = [_copy(row, made[number]) for number in range(times)]
        for number, one in enumerate(fresh):
            change(one, number)
        for number, one in enumerate(type(row)._default_manager.bulk_create(fresh)):
            made[number][row] = one
    return made


def _copy(row: Model, known: dict[Model, Any]) -> Any:
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    for field in row._meta.concrete_fields:
        if field.is_relation and getattr(row, field.attname) is not None:
            target = next(
                (one for one in known if isinstance(one, field.related_model) and one.pk == values[field.attname]), None
            )
            if target is not None:
                values[field.attname] = known[target].pk
    return type(row)(**values)


def refrozen(snapshot: Any, customer: str, way: Any) -> None:
    """A copied snapshot tells of the copied customer and address, as if that one had been handed in."""
    own = {"customer": customer, "contact_point": [way.pk, way.channel, way.platform, fingerprint(way.value)]}
    snapshot.content = snapshot.content | {"asked": snapshot.content["asked"] | own}
    snapshot.sha256 = sha256_of(snapshot.content)

"""What a call is about, however its address spells it: an Idempotency-Key counts for that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from contacts.requests.numbers import permit_key, request_key

#: How the rooms read the numbers in their addresses, by how the names of the routes begin.
SPELLINGS: tuple[tuple[str, Callable[[str], Any]], ...] = (("api_permit", permit_key), ("api_request", request_key))


def place_of(route: str, keys: Mapping[str, Any]) -> str:
    """The route and the keys in it, in one spelling and of a bounded length."""
    if not keys:
        return route
    read = next((read for begins, read in SPELLINGS if route.startswith(begins)), str.upper)
    plain = {name: _key(value, read) for name, value in keys.items()}
    return f"{route}:{hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()}"


def _key(value: Any, read: Callable[[str], Any]) -> str | int:
    if not isinstance(value, str):
        return str(value)
    found = read(value)
    return found if isinstance(found, str | int) else value

"""A limit for public pages: so many requests from one address in a while, counted in the database's cache."""

from __future__ import annotations

import hashlib
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def within_limit(request: HttpRequest, action: str, *, amount: int, seconds: int) -> bool:
    """Count this request; False when its address has made more than `amount` in the running window of `seconds`.

    The address is kept only as a hash, and only until the window ends.
    """
    address = hashlib.sha256(get_adapter().get_client_ip(request).encode()).hexdigest()[:32]
    key = f"limit:{action}:{address}:{int(time.time()) // seconds}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= amount
    except ValueError:  # the window ended between the two lines
        return True

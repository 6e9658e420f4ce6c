"""How often: limits that are exact over all web processes, counted in the cache table of PostgreSQL.

What is counted is kept as a keyed hash, so that the table names nobody's address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import salted_hmac

from portal.database import lock_name


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` acts for one key in each window of `seconds`; windows begin at whole multiples since 1970."""

    name: str
    most: int
    seconds: int

    def take(self, key: str, *, at: datetime) -> bool:
        """Count one act; False where the window's number is used up. Two at once never share the last place."""
        slot = self._slot(key, at)
        with transaction.atomic():
            lock_name(slot)
            used = cache.get(slot, 0)
            if used < self.most:
                cache.set(slot, used + 1, timeout=self.seconds + 60)
        return used < self.most

    def wait(self, at: datetime) -> int:
        """Seconds until the next window begins, for `Retry-After`."""
        return self.seconds - int(at.timestamp()) % self.seconds

    def _slot(self, key: str, at: datetime) -> str:
        window = int(at.timestamp()) // self.seconds
        return f"limit:{self.name}:{window}:{salted_hmac(f'portal.limits.{self.name}', key).hexdigest()}"

"""A worker that runs but no longer hears is ended and started anew: Celery can go deaf after trouble with Redis.

Whether it hears is told by its heartbeat in the database, which the portal's readiness page shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from portal.embedded.processes import Child
from portal.embedded.terminal import say

#: Seconds without a sign of life, unless HEARTBEAT_LATE_SECONDS says otherwise (as portal/settings.py).
LATE_SECONDS = 180
#: What is deaf gets this long to end in order.
PATIENCE_SECONDS = 5.0

Start = Callable[[], Child]


class Revival:
    """Looks after some of the children: `starts` makes each anew by its name."""

    def __init__(self, starts: Mapping[str, Start], silent: Callable[[], set[str] | None], late: float) -> None:
        self.starts, self.silent, self.late = starts, silent, late
        self.asked = time.monotonic()
        self.began = dict.fromkeys(starts, self.asked)

    @property
    def pause(self) -> float:
        """How often it asks."""
        return min(15.0, self.late / 4)

    def turn(self, children: list[Child]) -> list[Child]:
        """The children after this turn. A young one is given twice the time: it has to start first. Where nothing can
        be known, because Redis is away or nobody answers, all are young again: nobody could leave a sign meanwhile."""
        now = time.monotonic()
        if now - self.asked < self.pause:
            return children
        self.asked = now
        found = self.silent()
        if found is None:
            self.began = dict.fromkeys(self.starts, now)
            return children
        silent = {name for name in found & self.starts.keys() if now - self.began[name] > 2 * self.late}
        return [self.anew(child) if child.name in silent else child for child in children]

    def anew(self, child: Child) -> Child:
        """Ends a child and everything it started, and starts it again."""
        say(f"The {child.name} has shown no sign of life for {self.late:.0f} seconds: it is started anew.")
        child.patience = PATIENCE_SECONDS
        child.stop()
        self.began[child.name] = time.monotonic()
        return self.starts[child.name]()


def late_seconds(variables: Mapping[str, str]) -> float:
    """The setting of the portal, or its default for anything that is no number."""
    words = variables.get("HEARTBEAT_LATE_SECONDS", "")
    return float(words) if words.isascii() and words.isdigit() and int(words) > 0 else LATE_SECONDS

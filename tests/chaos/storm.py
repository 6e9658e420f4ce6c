"""What befalls the house: every kind of mishap at least once, in an order drawn from the seed."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable

from tests.chaos.clocks import library
from tests.chaos.house import PARTS, WEBS, House

#: How far a clock goes wrong, in seconds.
WRONG = 600


class Storm:
    """One mishap at a time, with a pause in which the house comes to itself."""

    def __init__(self, house: House, chance: random.Random, *, pause: float) -> None:
        self.house, self.chance, self.pause = house, chance, pause
        self.befell: Counter[str] = Counter()
        self.longest_without_database = 0.0
        self.over = threading.Event()
        self.kinds: dict[str, Callable[[], None]] = {
            "PostgreSQL restarted": self._postgres,
            "Redis wiped": house.wipe_redis,
            "web killed": lambda: self._kill(self.chance.choice(WEBS)),
            "worker killed": lambda: self._kill("worker"),
            "relay killed": lambda: self._kill("relay"),
            "beat killed": lambda: self._kill("beat"),
        }
        if library() is not None:
            self.kinds["clock jumped"] = self._jump

    def rage(self, seconds: float) -> None:
        """Until the time is over. The bag of kinds is emptied before it is filled again."""
        end, bag = time.monotonic() + seconds, list[str]()
        while time.monotonic() < end:
            if not bag:
                bag = list(self.kinds)
                self.chance.shuffle(bag)
            kind = bag.pop()
            self.kinds[kind]()
            self.befell[kind] += 1
            time.sleep(min(self.pause * self.chance.uniform(0.5, 1.5), max(0.0, end - time.monotonic())))
        for part in self.house.parts.values():
            part.clock.set(0)

    def _kill(self, name: str) -> None:
        self.house.parts[name].kill()

    def _postgres(self) -> None:
        began = time.monotonic()
        self.house.restart_postgres()
        self.longest_without_database = max(self.longest_without_database, time.monotonic() - began)

    def _jump(self) -> None:
        """One process of five, up to ten minutes ahead or behind; the next jump of the same one starts from anew."""
        self.house.parts[self.chance.choice(PARTS)].clock.set(self.chance.randint(-WRONG, WRONG))

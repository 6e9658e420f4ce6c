"""Real connections, real commits: each actor of a race is a thread with a database connection of its own."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import translation


def run_together(*acts: Callable[[], object]) -> list[object]:
    """Start all acts at one barrier and return what each returned or raised, in the given order."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            with translation.override("en"):
                results[place] = act()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive(), "an actor hangs"
    return results


@pytest.fixture
def together():
    return run_together

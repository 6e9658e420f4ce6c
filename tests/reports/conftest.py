import pytest
import time_machine

from tests.reports.world import World


@pytest.fixture(autouse=True)
def _clock_stands(now):
    """Views ask the clock; here it stands at `now`, a Tuesday: the last whole week began on Monday, 16 November."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def world(db, cast, now):
    return World(now)

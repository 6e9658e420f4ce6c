import pytest
import time_machine
from django.test import Client


@pytest.fixture
def client() -> Client:
    """A browser that asks for English."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def standing_clock(now):
    """Views ask the clock; here it stands at `now`."""
    with time_machine.travel(now, tick=False):
        yield

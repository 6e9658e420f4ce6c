import pytest
import time_machine
from django.test import Client
from django.utils import translation


@pytest.fixture(autouse=True)
def _clock_stands(now):
    """Views ask the clock; here it stands at `now`."""
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    """A browser that asks for English."""
    return Client(headers={"accept-language": "en"})

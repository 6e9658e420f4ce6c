import pytest
import time_machine
from django.conf import settings


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture(autouse=True)
def _english_browser(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

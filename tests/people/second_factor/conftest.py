import re

import pytest
import time_machine
from django.core.cache import cache

from tests.cast import PASSWORD
from tests.people.second_factor.codes import code_at

KEY = re.compile(r'<code id="totp-key">([A-Z2-7]+)</code>')


@pytest.fixture(autouse=True)
def _as_in_a_company(settings):
    settings.MFA_REQUIRED_ROLES = ["dpo", "administrator"]
    cache.clear()
    yield
    cache.clear()


def sign_in(client, name: str):
    return client.post("/login/", {"login": f"{name}@firma.example", "password": PASSWORD})


def set_up(client, at) -> str:
    """Set the app up as its page asks; returns the key that the phone keeps."""
    secret = KEY.search(client.get("/second-factor/app/").content.decode())[1]
    answer = client.post("/second-factor/app/", {"code": code_at(secret, at.timestamp())})
    assert answer.status_code == 302, answer.context["form"].errors
    return secret


@pytest.fixture
def later(now):
    """The clock at so many seconds after `now`."""
    travellers = []

    def move(seconds: float):
        traveller = time_machine.travel(now.timestamp() + seconds, tick=False)
        traveller.start()
        travellers.append(traveller)
        return now.timestamp() + seconds

    yield move
    for traveller in reversed(travellers):
        traveller.stop()

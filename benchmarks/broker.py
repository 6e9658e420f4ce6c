"""What the web's answers cost with Redis there and with Redis gone: the same presses in turns, and their ratio.

The web process never talks to the broker, so the ratio must be about one; the bar is p99 within ten percent.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from benchmarks import scratch
from benchmarks.timing import milliseconds

GONE = "redis://127.0.0.1:1/0"


def figures(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Milliseconds of reading the inbox and of approving, and gone divided by there."""
    rounds = 60 if quick else 600
    cast, accounts = scratch.fill(200)
    presses = {"read the inbox": _read, "approve": _approve}
    found = {name: _compare(press, cast, accounts, rounds) for name, press in presses.items()}
    return {f"{name}, {rounds} rounds each": values for name, values in found.items()}


def _compare(press: Any, cast: Any, accounts: Any, rounds: int) -> dict[str, Any]:
    from portal.celery import app

    there = settings.REDIS_URL
    took: dict[str, list[float]] = {there: [], GONE: []}
    press(cast, accounts, 2 * rounds)  # the first one compiles the templates
    for turn in range(2 * rounds):
        url = (there, GONE)[turn % 2]
        settings.REDIS_URL = app.conf.broker_url = url
        took[url].append(press(cast, accounts, turn))
    settings.REDIS_URL = app.conf.broker_url = there
    up, down = sorted(took[there]), sorted(took[GONE])
    last = -max(1, rounds // 100)
    return {
        "median with Redis, ms": statistics.median(up),
        "median without, ms": statistics.median(down),
        "ratio of the medians": statistics.median(down) / statistics.median(up),
        "ratio of p99": down[last] / up[last],
    }


def _read(cast: Any, _accounts: Any, _turn: int) -> float:
    browser = _browser(cast.mona)
    return _timed(lambda: browser.get("/inbox/"), 200)


def _approve(cast: Any, accounts: Any, turn: int) -> float:
    """A request about a customer of its own is made first; only the press is timed."""
    from contacts.requests.services import submitting
    from tests.cast import make_customer
    from tests.requests.scenes import reminder_by_sms

    now = timezone.now()
    customer = make_customer(now, f"R{turn}")
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    values = {"verdict": "approved", "reason": "", "round": "1"}
    browser = _browser(cast.mona)
    return _timed(lambda: browser.post(f"/inbox/{asked.number}/", values), 302)


def _browser(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def _timed(press: Callable[[], Any], status: int) -> float:
    answers: list[Any] = []
    elapsed = milliseconds(lambda: answers.append(press()))
    assert answers[0].status_code == status, answers[0].status_code
    return elapsed

"""Matching beside an administrator who switches a receiver off."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portal.webhooks import services
from portal.webhooks.matching import match
from portal.webhooks.models import Delivery
from tests.cast import person
from tests.webhooks.conftest import endpoint_at, say


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_waiting_for_a_receiver_that_is_switched_off_meanwhile():
    clock = timezone.now()
    adam = person("adam", "administrator")
    endpoint, _secret = endpoint_at(adam, "https://x.example/", clock)
    say(7, clock)
    found: list[int] = []

    def matching() -> None:
        try:
            found.append(match(at=clock))
        finally:
            connection.close()

    other = threading.Thread(target=matching)
    with transaction.atomic():
        services.switch_off(adam, endpoint=endpoint, at=clock)
        other.start()
        _until_it_waits()
    other.join(10)
    assert found == [1]
    assert not Delivery.objects.filter(state="waiting").exists()


def _until_it_waits() -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("the match does not wait for the administrator")

"""The limits of the sign-in: where they are counted, and for whom."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 10


def sign_in_wrongly(client: Client, number: int, forwarded: str) -> int:
    wrong = {"login": f"nobody{number}@firma.example", "password": "wrong"}
    return client.post("/login/", wrong, headers={"X-Forwarded-For": forwarded}).status_code


@pytest.fixture
def limited(db, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": f"{LIMIT}/m/ip"}
    cache.clear()
    yield settings
    cache.clear()


def test_the_migrations_bring_the_table_that_the_limits_are_counted_in(db):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE portal_cache")
    (step,) = import_module("portal.people.migrations.0002_cache_table").Migration.operations
    with connection.schema_editor() as editor:
        step.code(None, editor)
        step.code(None, editor)
    cache.set("there", 1)
    assert cache.get("there") == 1


def test_behind_a_proxy_each_address_has_a_limit_of_its_own(limited, client):
    limited.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert [sign_in_wrongly(client, n, "203.0.113.1") for n in range(LIMIT)] == [200] * LIMIT
    assert sign_in_wrongly(client, LIMIT, "203.0.113.1") == 429
    assert sign_in_wrongly(client, LIMIT + 1, "203.0.113.2") == 200


def test_behind_a_proxy_an_invented_address_in_front_changes_nothing(limited, client):
    limited.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(LIMIT):
        sign_in_wrongly(client, n, f"198.51.100.{n}, 203.0.113.1")
    assert sign_in_wrongly(client, LIMIT, "198.51.100.99, 203.0.113.1") == 429


def test_without_a_proxy_nobody_chooses_an_address(limited, client):
    for n in range(LIMIT):
        sign_in_wrongly(client, n, f"203.0.113.{n}")
    assert sign_in_wrongly(client, LIMIT, "203.0.113.99") == 429


@pytest.mark.parametrize(("behind", "count"), [("1", "1"), ("0", "0")])
def test_the_environment_says_whether_there_is_a_proxy(behind, count):
    told = "from django.conf import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"
    environment = {**os.environ, "BEHIND_PROXY": behind, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout.decode().strip() == count

"""The connection to the database notices a host that vanished, and a name that is taken is told."""

import os
import subprocess
import sys
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from portal.database import name_taken
from tests.journeys.conftest import ROOT, worker_environment

SERVER = ["-c tcp_keepalives_idle=60", "-c tcp_keepalives_interval=10", "-c tcp_keepalives_count=9"]
ASK = """
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT current_setting('statement_timeout'), inet_client_addr() IS NULL,"
                   " current_setting('tcp_keepalives_idle')")
    print(*cursor.fetchone())
"""


def test_both_ends_look_whether_the_other_is_still_there():
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options["connect_timeout"] == 5
    assert (options["keepalives_idle"], options["keepalives_interval"], options["keepalives_count"]) == (60, 10, 9)
    assert all(words in options["options"] for words in SERVER)


@pytest.mark.django_db
def test_statements_are_not_compiled():
    """The setting reaches the server, whose own default is on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting, source FROM pg_settings WHERE name = 'jit'")
        assert cursor.fetchone() == ("off", "client")


@pytest.mark.django_db(transaction=True)
def test_what_the_address_says_itself_counts_too(tmp_path):
    environment = worker_environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    environment["DATABASE_URL"] += "?" + urlencode({"options": "-c statement_timeout=7s"})
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
    )
    timeout, is_socket, idle = done.stdout.split()
    assert timeout == "7s" and idle == ("0" if is_socket == "True" else "60")


@pytest.mark.django_db
def test_a_name_that_is_taken_is_told(caplog):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended('job:x', 1))")
        with name_taken("job:x") as mine:
            assert not mine
    finally:
        other.close()
    assert "job:x is taken by another session" in caplog.text

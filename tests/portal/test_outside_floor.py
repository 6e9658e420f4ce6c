"""What the floor gives to pages that strangers open: truncated networks, limits by window, logs without tokens."""

from datetime import timedelta

import pytest

from portal.access.limits import Limit
from portal.access.logs import hide_tokens
from portal.access.network import truncated_network


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        (" 203.0.113.77 ", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:aaaa:bbbb::1", "2001:db8:aaaa::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::1", "::/48"),
        ("", ""),
        ("unknown", ""),
        ("203.0.113.77:8080", ""),
        ("203.0.113.777", ""),
    ],
)
def test_only_the_network_is_kept(address, network):
    assert truncated_network(address) == network


@pytest.mark.django_db
def test_a_limit_counts_by_key_and_begins_anew_with_its_window(now):
    limit = Limit("test", 2, 3600)
    assert [limit.take("a", at=now) for _ in range(3)] == [True, True, False]
    assert limit.take("b", at=now)
    assert not limit.take("a", at=now + timedelta(seconds=limit.wait(now) - 1))
    assert limit.take("a", at=now + timedelta(seconds=limit.wait(now)))


@pytest.mark.django_db
def test_the_table_of_limits_names_nobody(now):
    from django.db import connection

    Limit("test", 2, 3600).take("erika@kundin.example", at=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM portal_cache")
        assert "erika" not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("line", "written"),
    [
        (f"Not Found: /p/{'aB-_9' * 9}/", "Not Found: /p/***/"),
        (f"PUT /u/{'x' * 43}/ and /opt-in/confirm/{'y' * 43}/", "PUT /u/***/ and /opt-in/confirm/***/"),
        ("GET /p/off/ and /people/", "GET /p/off/ and /people/"),
    ],
)
def test_tokens_do_not_reach_the_log(line, written):
    assert hide_tokens(line) == written

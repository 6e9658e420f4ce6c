"""The page about the state of the trail, and the file of heads to take away."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from portal.audit.models import AuditEntry
from portal.audit.selectors import head_age
from portal.audit.verifying import verify
from portal.audit.watching import verify_nightly
from tests.audit.tampering import opened
from tests.audit.trails import sealed, write

pytestmark = pytest.mark.django_db


def page(client, user):
    client.force_login(user)
    return client.get("/audit/state/").content.decode()


def test_it_says_what_is_sealed_signed_anchored_and_verified(client, cast, now, customer):
    head = sealed(now, customer, 12)
    verify_nightly(at=now)
    write(now, customer, 2, first=12)
    said = page(client, cast.rita)
    assert "In time" in said and "Complete" in said and head.plain().root.hex() in said
    assert "All 12 sealed entries are what they were" in said
    assert "2, the oldest since" in said


def test_it_says_that_nothing_is_sealed_yet(client, cast):
    said = page(client, cast.dora)
    assert "None yet. Start the worker" in said and "never written" in said and "it runs every night" in said


def test_it_says_what_is_late_and_what_differs(client, cast, now, customer):
    sealed(now, customer, 12)
    broken = AuditEntry.objects.order_by("pk")[3]
    with opened("audit_auditentry") as cursor:
        cursor.execute("UPDATE audit_auditentry SET verb = 'x' WHERE id = %s", [broken.pk])
    verify_nightly(at=now)
    with time_machine.travel(now + timedelta(hours=2, seconds=1), tick=False):
        said = page(client, cast.dora)
    assert "Late: the clock does not run" in said
    assert "Not right" in said and f"Entry {broken.pk} is not what was sealed" in said


def test_a_head_that_is_not_in_the_file_is_told(client, cast, now, customer):
    sealed(now, customer, 3)
    with opened("audit_anchor"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_anchor WHERE place = 'file'")
    assert "1 head is not in it" in page(client, cast.dora)


def test_the_heads_can_be_taken_away_and_verify(client, cast, now, customer, tmp_path):
    sealed(now, customer, 3)
    client.force_login(cast.rita)
    response = client.get("/audit/heads/")
    kept = tmp_path / "heads"
    kept.write_bytes(b"".join(response.streaming_content))
    assert "attachment" in response.headers["Content-Disposition"]
    assert verify(heads_file=str(kept)).ok and kept.read_text().count("\n") == 1


def test_the_trail_links_to_its_state(client, cast):
    client.force_login(cast.dora)
    assert 'href="/audit/state/"' in client.get("/audit/").content.decode()


def test_a_state_costs_few_statements(client, cast, now, customer, django_assert_max_num_queries):
    sealed(now, customer, 12)
    client.force_login(cast.dora)
    client.get("/audit/state/")
    with django_assert_max_num_queries(14):
        client.get("/audit/state/")


def test_the_age_of_the_newest_head(now, customer):
    assert head_age(now) is None
    sealed(now, customer, 3)
    assert head_age(now + timedelta(minutes=5)) == timedelta(minutes=5)

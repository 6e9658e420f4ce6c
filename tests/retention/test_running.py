"""The job goes on: in batches, past what fails, and never past the clock of the database."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from consent.models import Consent, DataWish
from consent.services import withdraw_consent
from portal.audit.models import AuditEntry
from portal.jobs import TimeIsUp
from portal.retention import running
from tests.cast import make_customer
from tests.retention.filling import agree, put

pytestmark = pytest.mark.django_db
OLD = datetime(2015, 3, 10, 10, 0, tzinfo=UTC)
ENTRIES = {"verb": "retention.deleted", "subject_id": "consent.wish"}


def wishes(count: int, at: datetime) -> list[int]:
    customer = make_customer(at, "2001")
    return [put("consent_datawish", at, customer_id=customer.pk, about="copy", message="Was?") for _ in range(count)]


def test_each_batch_has_one_entry_with_how_many(cast, now):
    wishes(5, OLD)
    assert running.run(at=now, batch=2) == 5
    assert sorted(one.after["count"] for one in AuditEntry.objects.filter(**ENTRIES)) == [1, 2, 2]
    assert not DataWish.objects.exists()


def test_a_row_that_fails_is_passed_over_and_the_others_go(cast, now, caplog):
    _first, stubborn, _last = wishes(3, OLD)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.stay() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'it stays' USING ERRCODE = 'restrict_violation'; END $$;"
            f"CREATE TRIGGER stay BEFORE DELETE ON consent_datawish FOR EACH ROW WHEN (OLD.id = {stubborn})"
            " EXECUTE FUNCTION pg_temp.stay()"
        )
    assert running.run(at=now) == 2
    assert list(DataWish.objects.values_list("pk", flat=True)) == [stubborn]
    assert f"consent.wish {stubborn} stays" in caplog.text


def test_a_clock_that_runs_ahead_lets_no_proof_go(cast, now, caplog):
    """The server of the web is in 2040; the database is not, and keeps what it must."""
    customer = make_customer(now, "2001")
    withdraw_consent(cast.clara, consent=agree(cast, customer, "email", now), how="written", at=now)
    put("consent_datawish", now, customer_id=customer.pk, about="copy", message="Was?")
    running.run(at=datetime(2040, 1, 2, tzinfo=UTC))
    assert Consent.objects.count() == 1 and not DataWish.objects.exists()
    assert "consent.other" in caplog.text


def test_the_end_of_the_time_is_no_failure_of_a_row(cast, now, monkeypatch):
    wishes(1, OLD)

    def over(*args):
        raise TimeIsUp

    monkeypatch.setattr(running, "_batch", over)
    with pytest.raises(TimeIsUp):
        running.run(at=now)


def test_a_turn_whose_time_is_over_leaves_the_rest_to_the_next(cast, now, monkeypatch):
    wishes(1, OLD)
    monkeypatch.setattr(running, "BUDGET_SECONDS", 0.0)
    assert running.run(at=now) == 0
    assert DataWish.objects.exists()

"""`rebuild_consents`: the rows are what the events say, or somebody hears which are not."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from consent import services
from consent.models import Consent
from portal.audit.models import AuditEntry
from tests.cast import make_customer, wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def consents(cast, now):
    text = wording("marketing", "email")
    made = []
    for number in range(5):
        customer = make_customer(now, number=f"80{number}")
        made.append(
            services.give_consent(
                cast.clara,
                customer=customer,
                purpose="marketing",
                channel="email",
                how="paper",
                text=text,
                evidence=f"Formular {number}",
                given_at=now - timedelta(days=30),
                at=now,
            )
        )
    services.record_use(cast.anna, consent=made[1], evidence="P-1", at=now)
    services.withdraw_consent(cast.anna, consent=made[2], how="spoken", at=now)
    return made


def tamper(consent, **columns):
    """As somebody would who writes around the one function."""
    Consent.objects.filter(pk=consent.pk).update(**columns)


def test_the_check_finds_nothing_in_a_ledger_that_nobody_touched(consents, capsys):
    call_command("rebuild_consents", "--check")
    assert "Every consent is what its events say." in capsys.readouterr().out


def test_the_check_names_each_difference_changes_nothing_and_exits_1(consents, now, capsys):
    tamper(consents[2], withdrawn_at=None)
    tamper(consents[0], proof=False, ends_on=now.date())
    rows, entries = list(Consent.objects.order_by("pk").values()), AuditEntry.objects.count()
    with pytest.raises(SystemExit) as exit_:
        call_command("rebuild_consents", "--check")
    out = capsys.readouterr().out
    assert exit_.value.code == 1
    for number, column in ((0, "proof"), (0, "ends_on"), (2, "withdrawn_at")):
        assert f"consent {consents[number].pk}: {column} is " in out
    assert out.count("consent ") == 3
    assert list(Consent.objects.order_by("pk").values()) == rows
    assert AuditEntry.objects.count() == entries


def test_rebuilding_mends_what_differs_and_leaves_the_rest_alone(consents, now, capsys):
    before = list(Consent.objects.order_by("pk").values())
    tamper(consents[2], withdrawn_at=None, given_how="spoken")
    tamper(consents[1], last_used_at=None)
    call_command("rebuild_consents")
    assert "2 consents" in capsys.readouterr().out
    assert list(services.differences(at=now)) == []
    bookkeeping = {"recorded_state", "stale_at", "expires_at", "next_change_at"}
    after = list(Consent.objects.order_by("pk").values())
    for one, other in zip(before, after, strict=True):
        assert {k: v for k, v in one.items() if k not in bookkeeping} == {
            k: v for k, v in other.items() if k not in bookkeeping
        }
    entries = AuditEntry.objects.filter(verb="consent.rebuilt")
    assert sorted(entries.values_list("subject_id", flat=True)) == sorted(str(consents[n].pk) for n in (1, 2))
    assert {entry.job for entry in entries} == {"rebuild_consents"}
    assert {"withdrawn_at", "given_how"} == set(entries.get(subject_id=str(consents[2].pk)).after)


def test_the_check_asks_as_often_for_five_rows_as_for_one(consents, now, django_assert_num_queries):
    with django_assert_num_queries(4):  # thresholds, rows, events, and the empty next page
        assert list(services.differences(at=now)) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consent_consent")
        assert cursor.fetchone() == (5,)

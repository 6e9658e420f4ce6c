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


@pytest.mark.parametrize(
    "columns",
    [
        {"next_change_at": None},
        {"stale_at": None},
        {"expires_at": None},
        {"recorded_state": "withdrawn"},
        {"recorded_state": "expired", "next_change_at": None},
        {"recorded_state": "none"},
    ],
)
def test_bookkeeping_that_would_let_the_clock_pass_by_is_found_and_mended(consents, now, columns):
    before = Consent.objects.values().get(pk=consents[0].pk)
    tamper(consents[0], **columns)
    assert {found.column for found in services.differences(at=now)} == set(columns)
    assert services.rebuild(at=now) == 1
    assert Consent.objects.values().get(pk=consents[0].pk) == before
    assert set(AuditEntry.objects.get(verb="consent.rebuilt").before) == set(columns)


def test_a_withdrawn_consent_for_which_something_is_due_is_found(consents, now):
    tamper(consents[2], next_change_at=now + timedelta(days=1), recorded_state="active")
    assert {found.column for found in services.differences(at=now)} == {"next_change_at", "recorded_state"}


def test_jobs_that_are_late_make_no_difference(cast, consents, now):
    """The sweep has not come by for years, nor has a new threshold been applied: all that is true already."""
    services.set_thresholds(
        cast.dora, stale_after_months_unused=3, expired_after_months_unused=6, doi_ttl_days=14,
        valid_from=now + timedelta(days=1), reason="test", at=now,
    )  # fmt: skip
    for days in (1, 2, 100, 900, 2000):
        assert list(services.differences(at=now + timedelta(days=days))) == [], days
    late = now + timedelta(days=100)
    services.apply_thresholds(at=late)
    assert list(services.differences(at=late)) == []
    services.record_passage(at=late)
    assert list(services.differences(at=late)) == []
    tamper(consents[0], expires_at=now + timedelta(days=1500))
    assert {found.column for found in services.differences(at=late)} == {"expires_at"}


def test_the_check_asks_as_often_for_five_rows_as_for_one(consents, now, django_assert_num_queries):
    with django_assert_num_queries(5):  # thresholds, those not applied, rows, events, and the empty next page
        assert list(services.differences(at=now)) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM consent_consent")
        assert cursor.fetchone() == (5,)

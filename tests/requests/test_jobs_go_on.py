"""What the clock does goes on with the next row after a failure: one odd row keeps nobody else waiting."""

from datetime import timedelta

import pytest

from contacts.requests import notices
from contacts.requests.models import ContactRequest, Permit
from contacts.requests.services import lifecycle, submitting
from tests.cast import make_customer
from tests.requests.scenes import permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(now):
    """The first of them is the odd one."""
    return [make_customer(now, "ODD"), make_customer(now, "FINE")]


@pytest.fixture
def permits(two, cast, accounts, now) -> list[Permit]:
    return [permit_for(service_by_mail(cast, one, accounts, now), cast, now) for one in two]


@pytest.fixture
def waiting(two, cast, accounts, now) -> list[ContactRequest]:
    return [submitting.submit(cast.anna, request=reminder_by_sms(cast, one, accounts, now), at=now) for one in two]


def failing_for(odd, verb):
    """The verb, but it fails for the odd one's rows."""

    def act(row, *arguments, **named):
        if row.customer_id == odd.pk:
            raise ZeroDivisionError
        return verb(row, *arguments, **named)

    return act


def test_permits_end(permits, two, now, monkeypatch, caplog):
    monkeypatch.setattr(lifecycle, "lock_permit", failing_for(two[0], lifecycle.lock_permit))
    assert lifecycle.end_permits(at=now + timedelta(days=30)) == 1
    assert list(Permit.objects.order_by("pk").values_list("state", flat=True)) == ["active", "expired"]
    assert "was left out" in caplog.text


def test_requests_lapse(waiting, two, now, monkeypatch, caplog):
    monkeypatch.setattr(lifecycle, "lock_request", failing_for(two[0], lifecycle.lock_request))
    assert lifecycle.lapse_requests(at=now + timedelta(days=30)) == 1
    assert list(ContactRequest.objects.order_by("pk").values_list("state", flat=True)) == ["with_manager", "lapsed"]
    assert "was left out" in caplog.text


@pytest.mark.parametrize(
    ("rows", "job", "notice", "days"),
    [("waiting", "remind_reviews", "review_reminder", 2), ("permits", "remind_permits", "permit_ending", 13)],
)
def test_people_are_reminded(request, two, now, monkeypatch, caplog, rows, job, notice, days):
    request.getfixturevalue(rows)
    monkeypatch.setattr(notices, notice, failing_for(two[0], getattr(notices, notice)))
    assert getattr(lifecycle, job)(at=now + timedelta(days=days)) == 1
    assert "was left out" in caplog.text

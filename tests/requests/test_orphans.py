"""A manager who leaves leaves nobody waiting: the data protection officer decides instead."""

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from contacts.requests.models import ContactRequest, Permit
from contacts.requests.reviewers import reviewers_of
from contacts.requests.services import reviewing, submitting
from portal.people.services import update_person
from tests.requests.scenes import reminder_by_sms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock_stands(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def waiting(cast, customer, accounts, now):
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)


def test_the_managers_requests_are_not_the_dpos_while_the_manager_is_there(waiting, cast, now):
    assert reviewers_of(waiting) == [cast.mona]
    with pytest.raises(PermissionDenied):
        reviewing.review(cast.dora, request=waiting, verdict="approved", reason="", at=now)


@pytest.mark.parametrize("change", [{"is_active": False}, {"roles": ["employee"]}])
def test_the_dpo_decides_when_the_manager_cannot_any_more(waiting, cast, now, change):
    update_person(cast.adam, person=cast.mona, at=now, **change)
    assert reviewers_of(waiting) == [cast.dora]
    assert list(ContactRequest.objects.to_review_by(cast.dora)) == [waiting]
    done = reviewing.review(cast.dora, request=waiting, verdict="approved", reason="", at=now)
    assert done.state == "granted"
    assert done.reviews.get().stage == "dpo"
    assert Permit.objects.get(request=done).holder == cast.anna

"""What was handed in stays: every name that the rules are asked about, and the time of a stage that has begun."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from contacts.requests.context import ASKED
from contacts.requests.models import ContactRequest, ReviewStage
from contacts.requests.services import reviewing, submitting
from tests.requests.scenes import reminder_by_sms, report_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast, customer, accounts, now):
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)


@pytest.mark.parametrize("name", [*ASKED, "draft_text", "uses_wanted", "submitted_at"])
def test_what_was_asked_stays_as_it_was_handed_in(waiting, now, name):
    now_there = getattr(waiting, name)
    other = {
        "purpose": "service",
        "urgency": "imminent_danger",
        "presumed_consent": "x",
        "draft_text": "x",
        "planned_at": now,
        "uses_wanted": 2,
        "submitted_at": now + timedelta(days=1),
    }
    value = other.get(name, not now_there)
    with pytest.raises(IntegrityError, match="stays as it was read"), transaction.atomic():
        ContactRequest.objects.filter(pk=waiting.pk).update(**{name: value})


@pytest.mark.parametrize("change", [{"needed": 2}, {"due_at": F("due_at") + timedelta(days=9)}, {"since": F("due_at")}])
def test_a_stage_that_has_begun_keeps_its_time_and_its_number(waiting, change):
    with pytest.raises(IntegrityError, match="stays as it was handed in"), transaction.atomic():
        ReviewStage.objects.filter(request=waiting).update(**change)


def test_a_stage_that_begins_later_gets_its_time_then(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    reviewing.review(cast.mona, request=asked, verdict="approved", reason="", at=now)
    assert asked.stages.get(position=1).since == now

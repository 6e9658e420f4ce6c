"""Who decides is found out for the stages that could be somebody's, and the answer is the same as for all of them."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.requests.models import Absence, ContactRequest, Reassignment, ReviewStage
from contacts.requests.reviewers import desks, waiting_for
from contacts.requests.routing.table import Quorum, Step, Who
from contacts.requests.selectors import get_request
from contacts.requests.services import submitting
from tests.cast import make_customer, person
from tests.requests.scenes import reminder_by_sms

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(now, customer, accounts):
    """Twenty people at random, who is away, and forty requests that wait in all kinds of stages."""

    def build(seed):
        chance = random.Random(seed)
        people = []
        for number in range(20):
            roles = chance.choice([["employee"], ["manager"], ["manager", "employee"], ["dpo"], ["manager", "dpo"]])
            manager = chance.choice([*people, None]) if people else None
            people.append(person(f"p{number}", *roles, manager=manager))
        for one in chance.sample(people, 8):
            deputy = chance.choice([other for other in people if other != one] + [None])
            days = {"starts": now.date() - timedelta(days=2), "ends": now.date() + timedelta(days=2)}
            Absence.objects.create(person=one, deputy=deputy, recorded_at=now, **days)
        for _number in range(40):
            _waiting(chance, chance.choice(people), people, customer, now)
        return people

    return build


def _waiting(chance, requester, people, customer, now):
    request = ContactRequest.objects.create(
        requester=requester,
        customer=customer,
        contact_point=customer.contact_points.get(channel="email"),
        purpose="service",
        state="with_manager",
        submitted_at=now,
        waiting_since=now,
        edited_by=chance.choice([requester, *people]),
    )
    steps = [
        Step(Who.LINE_MANAGER),
        Step(Who.DPO),
        Step(Who.ROLE, role="manager", quorum=Quorum.ALL),
        Step(Who.ROLE, role="dpo"),
        Step(Who.NAMED, person=chance.choice(people).pk),
    ]
    step = chance.choice([*steps, *[steps[0]] * 5])
    due = now + timedelta(hours=chance.choice([-1, 5]))
    row = ReviewStage.objects.create(
        request=request, round=1, position=0, step=step.to_json(), since=now - timedelta(days=1), due_at=due
    )
    if chance.random() < 0.3:
        asked = {"stage": row, "by": people[0], "reason": "x", "at": now}
        try_to = chance.choice([one for one in people if one not in (requester, request.edited_by)])
        if try_to != requester and people[0] not in (requester, request.edited_by):
            _hand(asked, chance.choice(people), try_to)


def _hand(asked, origin, to):
    from django.db import IntegrityError, transaction

    try:
        with transaction.atomic():
            Reassignment.objects.create(origin=origin, to=to, **asked)
    except IntegrityError:
        return  # the database refuses who stands in for the person who asks


@pytest.mark.parametrize("seed", range(6))
def test_the_answer_is_the_same_as_for_everything_that_waits(company, now, seed):
    people = company(seed)
    everything, found = desks(at=now), 0
    for one in people:
        slow = [key for key, desk in everything.items() if desk.seat_of(one)]
        slow = slow if one.has_role("manager", "dpo") else []
        assert waiting_for(one, at=now) == slow
        found += len(slow)
    assert found > 10


def test_what_waits_elsewhere_is_not_read(company, now, cast, customer, accounts):
    company(1)
    other = person("other", "manager")
    assert desks(at=now, user=other).keys() < desks(at=now).keys()


def test_one_request_is_found_out_about_alone(cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    for number in range(3):
        more = make_customer(now, f"48{number}")
        submitting.submit(cast.anna, request=reminder_by_sms(cast, more, accounts, now), at=now)
    with CaptureQueriesContext(connection) as seen:
        assert get_request(cast.mona, asked.number) == asked
    stages = [one["sql"] for one in seen if 'FROM "requests_reviewstage"' in one["sql"]]
    assert stages and all(f"IN ({asked.pk})" in sql for sql in stages)
    assert not any("draft_text" in sql.split("FROM")[0] for sql in stages)

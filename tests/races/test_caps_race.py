"""Colleagues who advertise at the same moment never exceed a cap together: it is counted under the customer's lock."""

import os
import random
import time

import pytest

from contacts.requests.models import Permit, PermitUse
from contacts.requests.services import permits
from contacts.requests.services.permits import LogFirst
from portal.people.models import User
from tests.cast import make_customer
from tests.requests.scenes import agreed_to_advertising, newsletter, permit_for

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("RACE_ROUNDS", "40"))


def redeeming(user, permit, now, pause):
    user_id, permit_id = user.pk, permit.pk

    def act():
        holder, mine = User.objects.get(pk=user_id), Permit.objects.get(pk=permit_id)
        time.sleep(pause)
        return permits.redeem(holder, permit=mine, at=now)

    return act


def test_of_two_colleagues_at_the_cap_one_has_to_wait(cast, accounts, now, together, settings):
    settings.FREQUENCY_CAPS = ["30:1"]
    chance, first = random.Random(20261124), {cast.sven.pk: 0, cast.stranger.pk: 0}
    for number in range(ROUNDS):
        customer = make_customer(now, f"C{number}")
        agreed_to_advertising(cast, customer, now)
        holders = (cast.sven, cast.stranger)
        held = [permit_for(newsletter(holder, customer, accounts, now), cast, now) for holder in holders]
        acts = [
            redeeming(holder, permit, now, chance.uniform(0, 0.003))
            for holder, permit in zip(holders, held, strict=True)
        ]
        results = together(*acts)
        assert not [result for result in results if isinstance(result, Exception)], results
        assert sorted(result.full is None for result in results) == [False, True]
        use = PermitUse.objects.get(permit__customer=customer)
        first[use.used_by_id] += 1
    print(f"\n{ROUNDS} rounds; who came first: {sorted(first.values())}")
    if ROUNDS >= 40:
        assert min(first.values()) > 0, "both orders must have been seen, else nothing was raced"


def test_two_presses_of_one_holder_take_one_use(cast, accounts, now, together):
    for number in range(10):
        customer = make_customer(now, f"D{number}")
        agreed_to_advertising(cast, customer, now)
        permit = permit_for(newsletter(cast.sven, customer, accounts, now, uses_wanted=3), cast, now)
        results = together(*(redeeming(cast.sven, permit, now, 0) for _press in range(2)))
        assert sorted(type(result).__name__ for result in results) == [LogFirst.__name__, "Redemption"]
        assert permit.uses.count() == 1

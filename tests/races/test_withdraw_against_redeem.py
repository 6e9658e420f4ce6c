"""Withdraw against redeem: no permit is used after the withdrawal has committed.

Each side reads its own clock before it waits, as a page does: whoever read earlier may well come later, and must then
still see what has been committed meanwhile. The order is taken from the database itself: commit order shows in the ids
that both acts write under the customer's lock, because audit rows of one customer are written one after the other
there.
"""

import os
import random
import time
from datetime import timedelta

import pytest

from consent.models import Consent
from consent.services import give_consent, withdraw_consent
from contacts.requests.models import Permit, PermitUse
from contacts.requests.services import permits
from portal.audit.models import AuditEntry
from portal.people.models import User
from tests.cast import make_customer, wording
from tests.requests.scenes import ask, permit_for

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = int(os.environ.get("RACE_ROUNDS", "100"))


def test_no_permit_is_redeemed_after_the_withdrawal_committed(cast, accounts, now, together):
    chance = random.Random(20261124)
    tally = {"used_before": 0, "stopped": 0}
    clock = _clock_from(now)
    for number in range(ROUNDS):
        customer = make_customer(now, f"R{number}")
        permit, consent = _advertising(cast, customer, accounts, now)
        results = together(
            _redeem(cast.sven.pk, permit.pk, clock, chance.uniform(0, 0.004)),
            _withdraw(cast.clara.pk, consent.pk, clock, chance.uniform(0, 0.004)),
        )
        failures = [result for result in results if isinstance(result, Exception)]
        assert not failures, failures
        tally[_judge(customer, permit)] += 1
    print(f"\n{ROUNDS} interleavings: {tally}")
    assert sum(tally.values()) == ROUNDS
    if ROUNDS >= 100:
        assert min(tally.values()) > 0, "both orders must have been seen, else nothing was raced"


def _clock_from(now):
    """A clock that goes, so that no two readings are the same; the calendar of the machine does not matter."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _advertising(cast, customer, accounts, now):
    consent = give_consent(
        cast.clara,
        customer=customer,
        purpose="marketing",
        channel="email",
        how="paper",
        evidence="Formular",
        text=wording("marketing", "email"),
        given_at=now,
        at=now,
    )
    request = ask(cast.sven, customer, "email", accounts.email, at=now, purpose="marketing", opt_out_included=True)
    return permit_for(request, cast, now), consent


def _redeem(user_id, permit_id, clock, pause):
    def act():
        user, permit = User.objects.get(pk=user_id), Permit.objects.get(pk=permit_id)
        at = clock()
        time.sleep(pause)
        return permits.redeem(user, permit=permit, at=at)

    return act


def _withdraw(user_id, consent_id, clock, pause):
    def act():
        user = User.objects.get(pk=user_id)
        consent = Consent.objects.select_related("customer").get(pk=consent_id)
        at = clock()
        time.sleep(pause)
        return withdraw_consent(user, consent=consent, how="written", at=at)

    return act


def _judge(customer, permit) -> str:
    """`used_before` or `stopped`; fails where a use follows the withdrawal."""
    order = AuditEntry.objects.filter(customer_id=customer.pk).order_by("pk").values_list("verb", flat=True)
    verbs = [verb for verb in order if verb in ("permit.used", "permit.revoked", "consent.withdrawn")]
    if PermitUse.objects.filter(permit=permit).exists():
        assert verbs == ["permit.used", "consent.withdrawn"]
        return "used_before"
    assert verbs == ["consent.withdrawn", "permit.revoked"]
    return "stopped"

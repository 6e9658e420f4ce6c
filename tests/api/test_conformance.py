"""Schemathesis over the whole API: what the description says is what is answered, whatever is sent."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings

from portal.access.limits import Limit
from portal.api.document import document
from portal.api.links import _FOLLOWING
from portal.machines import door
from tests.api.conformance import LONG, TALLY, schema_for
from tests.api.conftest import EVERYTHING, token_for
from tests.api.walking import Walk
from tests.requests.scenes import agreed_to_advertising, permit_for, service_by_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _node_by_its_former_name(request):
    """Schemathesis reads an attribute that this pytest calls by another name."""
    request.node._nodeid = request.node.nodeid


@pytest.fixture
def bearer(cast, now):
    return token_for(cast, now, "fuzz", EVERYTHING, acts_for=cast.dora)


@pytest.fixture
def api(bearer, cast, customer, accounts, now, time_machine, monkeypatch):
    """A data protection officer who contacts customers, and something of everything."""
    time_machine.move_to(now, tick=False)
    for name in ("PER_TOKEN", "WRONG_KEYS"):
        monkeypatch.setattr(door, name, Limit(name, 10**9, 60))
    # All calls happen within the test's own transaction, whose connection the handler must not close.
    for signal in (request_started, request_finished):
        monkeypatch.setattr(signal, "receivers", [one for one in signal.receivers if not _closes(one)])
        signal.sender_receivers_cache.clear()
    agreed_to_advertising(cast, customer, now)
    permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    return schema_for(bearer)


def _closes(receiver) -> bool:
    return receiver[1]() is close_old_connections


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
def test_every_operation_answers_as_described(case):
    case.call_and_validate()


def test_operations_in_a_row_answer_as_described(api):
    """Each row of calls begins with the same data."""

    class Row(api.as_state_machine()):
        def setup(self):
            self.before = transaction.savepoint()

        def teardown(self):
            transaction.savepoint_rollback(self.before)

    TALLY.clear()
    Row.run(
        settings=settings(
            max_examples=60 if LONG else 10,
            stateful_step_count=12 if LONG else 8,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )
    worked = {(method, name) for method, name, status in TALLY if status < 300}
    print(sorted(worked))
    assert len(worked) >= 3, "calls that reach nothing prove nothing"


def test_every_link_leads_to_a_call_that_works(api, bearer, customer):
    """Nothing is drawn: what the description names behind an operation is called with what that one has answered."""
    followed = Walk(api, bearer, document(), customer.contact_points.get(channel="email").pk).follow_all()
    assert [one for one in followed if one[2] >= 300] == []
    named = {target for links in _FOLLOWING.values() for target, _parameters, _body in links}
    assert {target for _source, target, _status in followed} == named

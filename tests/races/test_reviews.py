"""Two people decide about one request at the same time: one review counts, the other gets a friendly word."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from contacts.requests.models import Permit, Review
from contacts.requests.routing.table import Quorum, Step, Who
from contacts.requests.services import assigning, escalating, reviewing, routing_tables, submitting
from contacts.requests.services.common import NotNow
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from tests.cast import person
from tests.requests.scenes import reminder_by_sms, report_by_mail

pytestmark = pytest.mark.django_db(transaction=True)


def decide(user, request, now, verdict="approved", reason=""):
    def act():
        mine = User.objects.get(pk=user.pk)
        return reviewing.review(mine, request=request, verdict=verdict, reason=reason, at=now)

    return act


def test_two_dpos_approve_at_once(cast, customer, accounts, now, together):
    other = person("doris", "dpo")
    request = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    request = reviewing.review(cast.mona, request=request, verdict="approved", reason="", at=now)
    results = together(decide(cast.dora, request, now), decide(other, request, now))
    refusals = [result for result in results if isinstance(result, NotNow)]
    assert len(refusals) == 1
    assert "has already decided" in refusals[0].messages[0]
    assert Review.objects.filter(stage="dpo").count() == 1
    assert Permit.objects.count() == 1
    assert AuditEntry.objects.filter(verb="permit.granted").count() == 1
    assert OutboxMessage.objects.filter(topic="granted").count() == 1


def test_approve_and_refuse_at_once_by_two_tabs_of_one_manager(cast, customer, accounts, now, together):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    results = together(decide(cast.mona, request, now), decide(cast.mona, request, now, "refused", "Bitte anrufen."))
    assert sum(isinstance(result, NotNow) for result in results) == 1
    assert Review.objects.count() == 1
    request.refresh_from_db()
    assert Permit.objects.exists() == (request.state == "granted")


def test_cancel_against_approve(cast, customer, accounts, now, together):
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)

    def cancel():
        return submitting.cancel(User.objects.get(pk=cast.anna.pk), request=request, at=now)

    results = together(decide(cast.mona, request, now), cancel)
    assert sum(isinstance(result, NotNow) for result in results) == 1
    request.refresh_from_db()
    assert (request.state == "granted") == Permit.objects.exists()


def test_two_of_two_approve_at_once_and_neither_is_lost(cast, customer, accounts, now, together):
    """A quorum: both verdicts count, the second one grants, and there is one permit."""
    other = person("doris", "dpo")
    request = with_officers(Step(Who.DPO, quorum=Quorum.ALL), cast, customer, accounts, now)
    results = together(decide(cast.dora, request, now), decide(other, request, now))
    assert not [result for result in results if isinstance(result, Exception)]
    assert Review.objects.filter(verdict="approved").count() == 2
    assert Permit.objects.count() == 1
    assert AuditEntry.objects.filter(verb="permit.granted").count() == 1


def test_three_press_where_two_are_needed(cast, customer, accounts, now, together):
    others = [person(name, "dpo") for name in ("doris", "dirk")]
    request = with_officers(Step(Who.DPO, quorum=Quorum.COUNT, count=2), cast, customer, accounts, now)
    results = together(*(decide(user, request, now) for user in (cast.dora, *others)))
    assert sum(isinstance(result, NotNow) for result in results) == 1
    assert Review.objects.count() == 2
    assert Permit.objects.count() == 1


def test_handing_on_against_approving(cast, customer, accounts, now, together):
    """Either it was handed on first and Mona may not any more, or she approved first and nothing is handed on."""
    request = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)

    def hand_on():
        mine = User.objects.get(pk=cast.dora.pk)
        return assigning.reassign(mine, request=request, to=cast.max, reason="Urlaub.", at=now)

    results = together(decide(cast.mona, request, now), hand_on)
    assert sum(isinstance(result, (NotNow, PermissionDenied)) for result in results) == 1
    assert Permit.objects.exists() == isinstance(results[1], NotNow)


def test_two_schedulers_escalate_once(cast, customer, accounts, now, together):
    submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    late = now + timedelta(days=2)
    assert sorted(together(*[lambda: escalating.escalate(at=late)] * 3)) == [0, 0, 1]
    assert AuditEntry.objects.filter(verb="request.escalated").count() == 1
    assert OutboxMessage.objects.filter(topic="escalated").count() == 1


def with_officers(step, cast, customer, accounts, now):
    """A waiting request whose only stage is this one."""
    table = routing_tables.draft_table(cast.dora, at=now)
    rule = routing_tables.RuleInput({"channels": ["sms"]}, (step,))
    routing_tables.save_rule(cast.dora, table=table, position=None, rule=rule, at=now)
    routing_tables.publish_table(cast.dora, table=table, valid_from=now, reason="Test.", at=now)
    return submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)

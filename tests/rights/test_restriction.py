"""While processing is restricted (Art. 18 GDPR), only what the rules leave a fully blocked person is allowed, whatever
path somebody asks by."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from consent import services as consents
from consent.selectors import NO_CONSENT
from contacts import policy
from contacts.customers.models import Restriction
from contacts.customers.restricting import lift_restriction, restrict
from contacts.customers.selectors import objection_against
from contacts.requests.context import load
from contacts.requests.models import Permit
from contacts.requests.past import Past
from contacts.screening.asking import Asked, Kind, Reference
from contacts.screening.gathering import gather
from portal.desk.screening import sender_for
from portal.outbox.delivery import deliver_due
from tests.cast import wording
from tests.requests.scenes import permit_for, service_by_mail
from tests.screening.test_same_answers import rows_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def objection_in_a_list(cast, customer, at) -> str:
    asked = Asked(purpose="marketing", channel="email")
    with transaction.atomic():
        named = [Reference(2, Kind.NUMBER, customer.number)]
        found = gather(
            named, asked=asked, sender_on=sender_for(cast.anna, asked=asked), at=at, rule_set=policy.RULE_SET_1
        )
        (row,) = rows_of(found)
        transaction.set_rollback(True)
    return str(found.decider.facts(row.case).objection)


def objection_of_one(cast, customer, at) -> str:
    customer.refresh_from_db()
    context = load(customer, cast.anna, at=at)
    point = next(one for one in context.points if one.channel == "email")
    return context.objection(point, context.consents.get(("marketing", "email", ""), NO_CONSENT))


def agreed(cast, customer, now):
    """By double opt-in would lift an objection; it lifts no restriction."""
    values = {"purpose": "marketing", "channel": "email", "how": "paper", "evidence": "Form 7"}
    values["text"] = wording("marketing", "email")
    consents.give_consent(cast.clara, customer=customer, given_at=now, at=now, **values)


def test_one_question_and_a_list_say_the_same_before_while_and_after(cast, customer, accounts, now):
    answers = []
    for moment, act in ((0, None), (1, restrict), (3, lift_restriction)):
        at = now + moment * HOUR
        if act is not None:
            act(cast.dora, customer=customer, reason="The address is disputed.", at=at)
        asked_at = at + HOUR
        answers.append((objection_of_one(cast, customer, asked_at), objection_in_a_list(cast, customer, asked_at)))
    assert answers == [("none", "none"), ("full_block", "full_block"), ("none", "none")]
    assert objection_against(customer.contact_points.get(channel="email")) == "none"


def test_no_consent_lifts_it(cast, customer, accounts, now):
    restrict(cast.dora, customer=customer, reason="Disputed", at=now)
    agreed(cast, customer, now + HOUR)
    later = now + 2 * HOUR
    assert objection_of_one(cast, customer, later) == objection_in_a_list(cast, customer, later) == "full_block"


def test_a_day_that_has_gone_by_knows_whether_it_was_restricted_then(cast, customer, accounts, now):
    restrict(cast.dora, customer=customer, reason="Disputed", at=now)
    lift_restriction(cast.dora, customer=customer, reason="Settled", at=now + 2 * HOUR)
    seen = []
    for at in (now - HOUR, now + HOUR, now + 2 * HOUR):
        points, past = tuple(customer.contact_points.all()), Past(at, (), ())
        seen.append(load(customer, cast.anna, at=at, start=(points, policy.RULE_SET_1), past=past).restricted)
    assert seen == [False, True, False]


def test_a_permit_ends_with_it_and_other_requests_are_refused(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    restrict(cast.dora, customer=customer, reason="Disputed", at=now + HOUR)
    deliver_due(at=now + HOUR)
    assert Permit.objects.get(pk=permit.pk).state == "revoked"


def test_it_is_recorded_once_with_a_reason_by_an_officer(cast, customer, now):
    for somebody in (cast.clara, cast.adam, cast.anna):
        with pytest.raises(PermissionDenied):
            restrict(somebody, customer=customer, reason="x", at=now)
    with pytest.raises(ValidationError, match="Say why"):
        restrict(cast.dora, customer=customer, reason=" ", at=now)
    with pytest.raises(ValidationError, match="not restricted"):
        lift_restriction(cast.dora, customer=customer, reason="x", at=now)
    restrict(cast.dora, customer=customer, reason="x", at=now)
    with pytest.raises(ValidationError, match="restricted already"):
        restrict(cast.dora, customer=customer, reason="x", at=now)


def test_the_database_lets_it_only_end(cast, customer, now):
    made = restrict(cast.dora, customer=customer, reason="x", at=now)
    rows = Restriction.objects.filter(pk=made.pk)
    for change in ({"reason": "y"}, {"since": now - HOUR}):
        with pytest.raises(IntegrityError, match="only ends"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="only with the person"), transaction.atomic():
        rows.update(reason="[…]")
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")

"""The start page: what waits for whom."""

from datetime import timedelta

import pytest

from contacts.requests.services import permits, reviewing, submitting
from tests.cast import certify, person
from tests.desk.reading import nothing_written
from tests.requests.scenes import permit_for, reminder_by_sms, service_by_mail

pytestmark = pytest.mark.django_db


def page(client, user):
    client.force_login(user)
    with nothing_written():
        response = client.get("/")
    assert response.status_code == 200
    return response


def titles(client, user):
    return [task.title for task in page(client, user).context["tasks"]]


def test_strangers_are_asked_to_sign_in(client):
    response = client.get("/")
    assert response.status_code == 302
    assert response.url.startswith("/login/")


def test_somebody_with_nothing_to_do_is_told_so_and_finds_the_search(client, cast):
    response = page(client, cast.anna)
    assert not response.context["tasks"]
    assert "Nothing to do. Look someone up." in response.content.decode()
    assert 'action="/check/"' in response.content.decode()


def test_an_administrator_is_offered_no_search_for_customers(client, cast):
    text = page(client, cast.adam).content.decode()
    assert 'action="/check/"' not in text
    assert "Nothing to do." in text


def test_a_manager_sees_how_many_requests_wait(client, cast, customer, accounts, now):
    submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert titles(client, cast.mona) == ["One request waits for your decision"]
    assert titles(client, cast.max) == []
    submitting.submit(cast.sven, request=_sven_asks(cast, customer, accounts, now), at=now)
    assert titles(client, cast.mona) == ["2 requests wait for your decision"]


def _sven_asks(cast, customer, accounts, now):
    from tests.requests.scenes import ask

    return ask(cast.sven, customer, "sms", accounts.sms, at=now, purpose="debt_collection")


def test_own_drafts_wait_and_those_sent_back_come_first(client, cast, customer, accounts, now):
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    reviewing.review(cast.mona, request=asked, verdict="changes_asked", reason="No amount, please.", at=now)
    draft = service_by_mail(cast, customer, accounts, now)
    assert titles(client, cast.anna) == [
        f"Changes are asked for: {asked.number}",
        f"Not handed in yet: {draft.number}",
    ]
    assert titles(client, cast.sven) == []


def test_a_usable_permit_waits_until_it_is_used_and_then_the_log_does(client, cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    assert titles(client, cast.anna) == [f"Permit {permit.number} ends on 8 Dec 2026"]
    redemption = permits.redeem(cast.anna, permit=permit, at=now)
    assert titles(client, cast.anna) == [f"Say what happened with permit {permit.number}"]
    permits.log_contact(cast.anna, use=redemption.use, result="sent", note="", at=now)
    assert titles(client, cast.anna) == []


@pytest.mark.parametrize(("days", "word"), [(31, "valid"), (30, "due"), (0, "due"), (-1, "overdue"), (None, "none")])
def test_the_own_training_is_told_when_something_is_to_do(client, cast, now, days, word):
    new = person("neu", "employee")
    if days is not None:
        certify(new, until=now.date() + timedelta(days=days), by=cast.tom)
    response = page(client, new)
    assert response.context["standing"].word == word
    assert bool(response.context["tasks"]) == (word != "valid")
    assert ("Your training is valid until" in response.content.decode()) == (word == "valid")


def test_the_number_of_queries_does_not_grow_with_the_work(client, cast, customer, accounts, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    service_by_mail(cast, customer, accounts, now)
    counts = []
    for _turn in range(2):
        client.force_login(cast.anna)
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        counts.append(len(captured))
        for _draft in range(4):
            service_by_mail(cast, customer, accounts, now)
    assert counts[0] == counts[1] <= 12


def test_everything_that_may_wait_is_read_at_once(client, cast, customer, accounts, now, django_assert_num_queries):
    """Session, person, training, what waits, department: the same whether anything waits or not."""
    client.force_login(cast.anna)
    client.get("/")
    with django_assert_num_queries(5):
        assert not client.get("/").context["tasks"]
    permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    reminder_by_sms(cast, customer, accounts, now)
    with django_assert_num_queries(5):
        assert client.get("/").context["tasks"]


def test_roles_of_one_person_are_not_those_of_the_next(client, cast, customer, accounts, now):
    """The statement is remembered by roles: who has lost one reads nothing that came with it."""
    submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assert titles(client, cast.mona) == ["One request waits for your decision"]
    cast.mona.roles = ["employee"]
    cast.mona.save(update_fields=["roles"])
    assert titles(client, cast.mona) == []

"""Whoever is forgotten leaves no word and no address in this room; who decided what, and when, stays."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from contacts.customers.services import erase_customer
from contacts.requests.models import Comment, ContactRequest, Permit, Review, Snapshot
from contacts.requests.services import submitting
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.requests.scenes import (
    acted_in_danger,
    as_,
    permit_for,
    report_by_mail,
    service_by_mail,
)
from tests.requests.told import told_everywhere

pytestmark = pytest.mark.django_db
SECRET = "Frau Musterfrau ist krank"
HOUR = timedelta(hours=1)


def everything() -> str:
    """Every row of every table of this room, as text."""
    tables = [model._meta.db_table for model in apps.get_app_config("requests").get_models()]
    with connection.cursor() as cursor:
        return "\n".join(str(row) for table in tables for row in _rows(cursor, table))


def _rows(cursor, table):
    cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')
    return cursor.fetchall()


@pytest.fixture
def told(cast, customer, accounts, now):
    """A customer about whom people wrote wherever they can write."""
    return told_everywhere(cast, customer, accounts, now, SECRET)


def test_no_word_and_no_address_of_somebody_forgotten_is_left(told, cast, customer, now):
    before, mails = everything(), str(list(OutboxMessage.objects.values_list("payload", flat=True)))
    assert before.count(SECRET) >= 8 and mails.count(SECRET) >= 3
    gone = [SECRET, "Musterfrau", *customer.contact_points.values_list("value", "normalised").first()]
    gone += customer.contact_points.get(channel="sms").value, customer.contact_points.get(channel="sms").normalised
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    after = everything()
    assert [word for word in gone if word in after] == []
    assert SECRET not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))


def test_who_decided_what_and_the_hash_of_what_was_read_stay(told, cast, customer, now):
    kept = list(Review.objects.order_by("pk").values_list("reviewer", "verdict", "sha256", "at"))
    hashes = list(Snapshot.objects.order_by("pk").values_list("sha256", flat=True))
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    assert list(Review.objects.order_by("pk").values_list("reviewer", "verdict", "sha256", "at")) == kept
    assert list(Snapshot.objects.order_by("pk").values_list("sha256", flat=True)) == hashes
    told.refresh_from_db()
    assert (told.purpose, told.presumed_consent, told.state) == ("debt_collection", "[…]", "granted")
    assert told.permit.text_sha256 == Permit.objects.get(pk=told.permit.pk).text_sha256 != ""
    assert as_(cast.dora).get(f"/requests/{told.number}/").status_code == 200


def test_what_was_open_is_closed_and_every_one_is_in_the_trail(cast, customer, accounts, now):
    draft = service_by_mail(cast, customer, accounts, now)
    waiting = submitting.submit(cast.anna, request=report_by_mail(cast, customer, accounts, now), at=now)
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    for one in (draft, waiting):
        one.refresh_from_db()
        assert (one.state, one.closed_at) == ("cancelled", now + HOUR)
        entry = AuditEntry.objects.get(verb="request.cancelled", subject_id=one.number)
        assert (entry.actor, entry.after["reason"]) == (cast.dora, "erased")
    assert not waiting.stages.filter(since__isnull=False, ended_at__isnull=True).exists()


def test_a_permit_ends_with_the_person_and_its_holder_is_told(cast, customer, accounts, now):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    permit.refresh_from_db()
    assert (permit.state, permit.revoked_reason) == ("revoked", "erased")
    assert OutboxMessage.objects.filter(topic="revoked", recipient=cast.anna).count() == 1
    assert "The data of this person were erased." in as_(cast.anna).get(f"/permits/{permit.number}/").text
    with pytest.raises(IntegrityError, match="permit_bound"), transaction.atomic():
        Permit.objects.filter(pk=permit.pk).update(uses_allowed=2)


def test_what_was_written_about_an_act_in_danger_goes_too(cast, customer, accounts, now):
    from contacts.requests.services import danger

    asked = acted_in_danger(cast, customer, accounts, now)
    danger.review_afterwards(cast.mona, review=asked.after_review, verdict="not_justified", reason=SECRET, at=now)
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    assert SECRET not in everything()


def test_rules_that_refused_are_no_words_and_stay(cast, customer, accounts, now):
    from tests.requests.scenes import newsletter

    asked = submitting.submit(cast.sven, request=newsletter(cast.sven, customer, accounts, now), at=now)
    assert asked.state == "refused"
    reason = asked.refusal_reason
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    asked.refresh_from_db()
    assert asked.refusal_reason == reason


# --- the database lets nothing else go


@pytest.mark.parametrize("replica", [False, True])
def test_the_words_about_somebody_who_is_there_stay(told, replica):
    with pytest.raises(IntegrityError, match="only with the person"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL session_replication_role = {'replica' if replica else 'origin'}")
        Comment.objects.update(text="[…]")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Other words"},
        {"text": "[…]", "at": "2020-01-01T00:00:00Z"},
    ],
)
def test_nothing_but_the_words_goes(told, cast, customer, now, change):
    erase_customer(cast.dora, customer=customer, at=now + HOUR)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Comment.objects.update(**change)


def test_presumed_consent_of_somebody_who_is_there_stays(told):
    for words, why in (("Other words", "stays as it was read"), ("[…]", "only with the person")):
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            ContactRequest.objects.filter(pk=told.pk).update(presumed_consent=words)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

"""What the database refuses by itself about incidents, whoever asks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from contacts.incidents.models import Assessment, Decision, Entry, Incident, Order
from contacts.incidents.rules import TRANSITIONS, State
from contacts.incidents.services.ordering import acknowledge_order, issue_order
from tests.incidents.scenes import ASSESSED, assessed, closed, decide, reported, wrong_person

pytestmark = pytest.mark.django_db


def refused(act, match=None):
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        act()


def rows(made):
    return Incident.objects.filter(pk=made.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"description": "Something else"},
        {"kind": "other"},
        {"noticed_at": timedelta(hours=-2)},
        {"due_at": timedelta(days=9)},
        {"data": []},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_reported_stays(cast, now, change):
    made = reported(cast, now)
    said = {name: now + value if isinstance(value, timedelta) else value for name, value in change.items()}
    refused(lambda: rows(made).update(**said), "what was reported is kept")
    refused(lambda: rows(made).update(reporter=cast.sven), "what was reported is kept")


def test_no_incident_is_deleted(cast, now):
    made = reported(cast, now)
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute("DELETE FROM incidents_incident WHERE id = %s", [made.pk]), "kept")


@pytest.mark.parametrize("source", State)
@pytest.mark.parametrize("target", State)
def test_the_database_knows_the_same_ways_as_the_table(cast, now, source, target):
    """Those that change the state; whatever else stands in the row is as it must be."""
    scenes = {"reported": reported, "contained": reported, "closed": closed}
    made = assessed(cast, now, "none") if source == "assessed" else scenes[source](cast, now)
    if source == "contained":
        rows(made).update(state="contained", contained_at=now)
    if source != target and target in ("assessed", "closed") and source in ("reported", "contained"):
        Assessment.objects.create(incident=made, at=now, by=cast.dora, **ASSESSED | {"risk": "none"})
    if source == "assessed":
        for about in ("authority", "person"):
            decide(cast, made, about, False, now)
    times = {"contained_at": now, "assessed_at": now, "settled_at": now, "closed_at": now}
    known = any(row.source == source and target in row.targets for row in TRANSITIONS)
    if (source == target and source != State.CLOSED) or known:
        rows(made).update(state=target, **times)
    else:
        refused(lambda: rows(made).update(state=target, **times))


def test_nothing_is_assessed_without_an_assessment(cast, now):
    made = reported(cast, now)
    refused(lambda: rows(made).update(state="assessed", assessed_at=now), "without an assessment")


def test_nothing_is_closed_without_both_decisions(cast, now):
    made = assessed(cast, now, "none")
    decide(cast, made, "authority", False, now)
    refused(lambda: rows(made).update(state="closed", closed_at=now), "without both decisions")


@pytest.mark.parametrize(
    ("risk", "authority", "person"),
    [
        ("risk", {"answer": False}, {"answer": False}),
        ("none", {"answer": True}, {"answer": False}),
        ("high", {"answer": True, "carried_out_at": True}, {"answer": False}),
    ],
    ids=["a_no_in_spite_of_a_risk", "a_promise", "a_no_in_spite_of_a_high_risk"],
)
def test_nothing_is_closed_before_everybody_was_told_who_must_be(cast, now, risk, authority, person):
    made = assessed(cast, now, risk)
    for about, said in (("authority", authority), ("person", person)):
        told = {name: now if value is True and name != "answer" else value for name, value in said.items()}
        values = {"incident": made, "assessment": made.assessments.get(), "at": now, "by": cast.dora, "reason": "So."}
        Decision.objects.create(about=about, **values, **told)
    refused(lambda: rows(made).update(state="closed", closed_at=now, settled_at=now), "everybody was told who must be")


def test_an_exception_belongs_to_a_no_about_the_person(cast, now):
    made = assessed(cast, now, "none")
    values = {"incident": made, "assessment": made.assessments.get(), "at": now, "by": cast.dora, "reason": "So."}
    for about, answer in (("authority", False), ("person", True)):
        said = {"about": about, "answer": answer, "exception": "Encrypted."}
        refused(lambda said=said: Decision.objects.create(**values, **said), "incident_exception_of_who_is_not_told")


def test_an_incident_begins_as_reported(cast, now):
    made = closed(cast, now)
    made.pk, made.key = None, "00000000-0000-0000-0000-000000000001"
    refused(lambda: made.save(force_insert=True), "begins as reported")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"description": ""}, "incident_described"),
        ({"happened_at": timedelta(hours=1)}, "incident_happened_noticed_reported"),
        ({"reported_at": timedelta(hours=-9)}, "incident_happened_noticed_reported"),
        ({"due_at": timedelta(hours=-9)}, "incident_due_after_noticed"),
        ({"kind": "x"}, "incident_kind_known"),
        ({"channel": "email", "platform": "whatsapp"}, "incident_platform_fits"),
    ],
)
def test_what_cannot_be_is_not_kept(cast, now, change, name):
    made = reported(cast, now)
    said = {key: now + value if isinstance(value, timedelta) else value for key, value in change.items()}
    made.pk, made.key = None, "00000000-0000-0000-0000-000000000001"
    for key, value in said.items():
        setattr(made, key, value)
    refused(lambda: made.save(force_insert=True), name)


def test_a_contact_has_one_incident_at_most(cast, customer, accounts, now):
    from contacts.incidents.services.reporting import open_from_contact

    contact = wrong_person(cast, customer, accounts, now)
    (made,) = open_from_contact(permit=contact.use.permit.number, at=now)
    made.pk, made.key = None, "00000000-0000-0000-0000-000000000001"
    refused(lambda: made.save(force_insert=True), "contact_id")


@pytest.mark.parametrize("model", [Entry, Assessment, Decision])
def test_the_ledgers_only_grow(cast, now, model):
    closed(cast, now)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(f"UPDATE {table} SET at = now()"), "append-only")
        refused(lambda: cursor.execute(f"DELETE FROM {table}"), "append-only")


def test_reasons_are_never_empty(cast, now):
    made = assessed(cast, now)
    latest = made.assessments.get()
    refused(lambda: Assessment.objects.create(incident=made, at=now, by=cast.dora, **ASSESSED | {"reason": ""}))
    values = {"incident": made, "assessment": latest, "about": "authority", "at": now, "by": cast.dora}
    refused(lambda: Decision.objects.create(answer=False, reason="", **values), "incident_decision_has_reason")
    refused(
        lambda: Decision.objects.create(answer=False, reason="x", carried_out_at=now, **values),
        "incident_no_is_not_carried_out",
    )
    refused(
        lambda: Decision.objects.create(answer=True, reason="x", reference="7", **values),
        "incident_reference_of_what_was_done",
    )


def test_an_entry_is_a_note_with_words_or_a_step(cast, now):
    made = reported(cast, now)
    for fields in ({"kind": "note"}, {"kind": "done"}, {"kind": "note", "step": "hand_over", "text": "x"}):
        refused(lambda fields=fields: Entry.objects.create(incident=made, at=now, by=cast.anna, **fields))


def test_an_order_keeps_its_words_and_is_acknowledged_once(cast, now):
    made = issue_order(cast.dora, incident=reported(cast, now), body="Please do not.", at=now)
    orders = Order.objects.filter(pk=made.pk)
    refused(lambda: orders.update(body="Please do."), "kept as it was issued")
    acknowledge_order(cast.anna, order=made, at=now)
    refused(lambda: orders.update(acknowledged_at=None), "kept as it was issued")
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute("DELETE FROM incidents_order"), "kept as it was issued")

"""Steps and notes: in which order, by whom, and that nothing written is lost or changed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts.incidents.models import Entry, Incident
from contacts.incidents.rules import STEPS
from contacts.incidents.services import containing
from contacts.incidents.services.common import NotNow
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from tests.incidents.scenes import assessed, closed, reported, settle_steps

pytestmark = pytest.mark.django_db


def tick(who, incident, step, now, needed=True):
    return containing.take_step(who, incident=incident, step=step, needed=needed, at=now)


@pytest.mark.parametrize("kind", STEPS)
def test_the_last_step_contains_the_incident(cast, now, kind):
    made = reported(cast, now, kind=kind)
    *first, last = STEPS[kind]
    for step in first:
        assert tick(cast.anna, made, step, now).state == "reported"
    made = tick(cast.dora, made, last, now, needed=False)
    assert (made.state, made.contained_at) == ("contained", now)
    assert AuditEntry.objects.filter(verb="incident.step_taken").count() == len(STEPS[kind])


def test_nothing_is_deleted_before_the_company_has_what_it_needs(cast, now):
    made = reported(cast, now)
    with pytest.raises(NotNow, match="First hand over"):
        tick(cast.anna, made, "delete_chat", now)
    tick(cast.anna, made, "hand_over", now, needed=False)
    tick(cast.anna, made, "delete_chat", now)


def test_a_step_is_settled_once(cast, now):
    made = reported(cast, now)
    tick(cast.anna, made, "tell_nobody", now)
    with pytest.raises(NotNow, match="settled already"):
        tick(cast.dora, made, "tell_nobody", now)
    assert Entry.objects.count() == 1


def test_a_step_of_another_kind_is_refused(cast, now):
    with pytest.raises(ValidationError, match="does not belong"):
        tick(cast.anna, reported(cast, now), "ask_delete", now)


@pytest.mark.parametrize("who", ["mona", "sven", "clara", "rita", "adam"])
def test_nobody_else_ticks_or_writes(cast, now, who):
    made = reported(cast, now)
    with pytest.raises(PermissionDenied):
        tick(getattr(cast, who), made, "tell_nobody", now)
    with pytest.raises(PermissionDenied):
        containing.add_note(getattr(cast, who), incident=made, text="Hello", at=now)
    assert not Entry.objects.exists()


def test_steps_may_follow_the_assessment_and_change_no_state_then(cast, now):
    made = settle_steps(assessed(cast, now), cast.anna, now)
    assert made.state == "assessed"
    assert Entry.objects.exclude(step="").count() == 4


def test_no_step_is_taken_once_it_is_contained_or_closed(cast, now):
    with pytest.raises(NotNow, match="moved on"):
        tick(cast.anna, settle_steps(reported(cast, now), cast.anna, now), "tell_nobody", now)
    with pytest.raises(NotNow, match="moved on"):
        tick(cast.anna, closed(cast, now), "tell_nobody", now)


@pytest.mark.parametrize(("writer", "reader"), [("anna", "dora"), ("dora", "anna")])
def test_the_other_side_hears_of_a_note(cast, now, writer, reader):
    made = reported(cast, now)
    containing.add_note(getattr(cast, writer), incident=made, text=" I called him. ", at=now)
    assert made.entries.get().text == "I called him."
    assert OutboxMessage.objects.get(topic="incident_note").recipient == getattr(cast, reader)


def test_an_empty_note_is_refused(cast, now):
    with pytest.raises(ValidationError) as refusal:
        containing.add_note(cast.anna, incident=reported(cast, now), text=" \n ", at=now)
    assert "Write the note first" in refusal.value.message_dict["text"][0]


def test_notes_may_follow_the_end(cast, now):
    made = closed(cast, now)
    containing.add_note(cast.anna, incident=made, text="He has called again.", at=now)
    assert Incident.objects.get().state == "closed"

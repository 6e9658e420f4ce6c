"""The order against further private use: issued once, in the receiver's language, acknowledged by the receiver."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from contacts.incidents.letters import BODY, TITLE, order_body
from contacts.incidents.models import Order
from contacts.incidents.services.common import NotNow
from contacts.incidents.services.ordering import acknowledge_order, issue_order
from portal.audit.models import AuditEntry
from portal.outbox.delivery import deliver_due
from tests.desk.test_start import titles
from tests.incidents.scenes import reported

pytestmark = pytest.mark.django_db


def issued(cast, now, body="Please do not.") -> Order:
    return issue_order(cast.dora, incident=reported(cast, now), body=body, at=now)


def test_the_words_are_there_in_both_languages():
    assert set(TITLE) == set(BODY) == {"de", "en"}
    for language in BODY:
        assert "I-1007" in order_body(language, name="Anna", number="I-1007")


def test_it_is_written_in_the_language_of_the_receiver(cast, now):
    cast.anna.language = "de"
    cast.anna.save(update_fields=["language"])
    made = issued(cast, now)
    assert (made.language, made.title) == ("de", TITLE["de"])


def test_the_receiver_is_told_by_mail_and_on_the_start_page(cast, now, client, mail_folder):
    made = issued(cast, now)
    deliver_due(at=now)
    letter = next(path for path in mail_folder.glob("*.eml") if "To: anna@" in path.read_text())
    assert f"/incidents/{made.incident.number}/order/" in letter.read_text()
    assert f"Read the letter about {made.incident.number}" in titles(client, cast.anna)
    acknowledge_order(cast.anna, order=made, at=now)
    assert f"Read the letter about {made.incident.number}" not in titles(client, cast.anna)


@pytest.mark.parametrize("who", ["anna", "mona", "rita", "adam"])
def test_only_an_officer_issues_one(cast, now, who):
    with pytest.raises(PermissionDenied):
        issue_order(getattr(cast, who), incident=reported(cast, now), body="No.", at=now)


def test_an_order_without_words_is_refused(cast, now):
    with pytest.raises(ValidationError) as refusal:
        issued(cast, now, body=" ")
    assert "Write the order first" in refusal.value.message_dict["body"][0]


def test_there_is_one_for_each_incident(cast, now):
    made = issued(cast, now)
    with pytest.raises(NotNow, match="issued already"):
        issue_order(cast.dora, incident=made.incident, body="Again.", at=now)


def test_the_receiver_alone_acknowledges_it_and_once(cast, now):
    made = issued(cast, now)
    for other in (cast.dora, cast.mona):
        with pytest.raises(PermissionDenied):
            acknowledge_order(other, order=made, at=now)
    assert acknowledge_order(cast.anna, order=made, at=now).acknowledged_at == now
    with pytest.raises(NotNow, match="already"):
        acknowledge_order(cast.anna, order=made, at=now)
    assert AuditEntry.objects.filter(verb="incident.order_acknowledged", actor=cast.anna).count() == 1

"""The export for the authority: the fields of Art. 33(3) GDPR, no names, each on record."""

import hashlib
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from contacts.incidents.export import WRITERS, as_json, as_pdf
from contacts.incidents.selectors import story_of
from contacts.incidents.services.common import NotNow
from contacts.incidents.services.exporting import export
from portal.audit.models import AuditEntry
from tests.cast import make_cast
from tests.incidents.scenes import ASSESSED, assessed, closed, decide, reported
from tests.requests.scenes import as_

pytestmark = pytest.mark.django_db


def told(cast, customer, now, **settings):
    made = closed(
        cast, now, customer=customer, description="Anna wrote to Erika.", person_note="Herr Geheim", kind="wrong_person"
    )
    return json.loads(as_json(story_of(made), now))


def test_it_says_what_article_33_3_asks_for(cast, customer, now, settings):
    settings.DPO_CONTACT = "dsb@firma.example"
    said = told(cast, customer, now)
    assert said["nature"]["description"] == ASSESSED["nature"]
    assert said["nature"]["people"] == {"categories": "Customers", "about": 1}
    assert said["nature"]["records"] == {"categories": "Names and appointments", "about": 1}
    assert said["contact"]["data_protection_officer"] == "dsb@firma.example"
    assert said["consequences"] == ASSESSED["consequences"]
    assert said["measures"]["description"] == ASSESSED["measures"]
    assert [step["step"] for step in said["measures"]["steps"]] == ["tell_nobody", "hand_over", "ask_delete"]
    assert said["decisions"]["authority"]["reference"] == "LDI 4711"
    assert said["times"]["due_at"] > said["times"]["aware_at"] == said["times"]["noticed_at"]


def test_no_name_and_no_word_of_the_reporter_leaves_the_house(cast, customer, now):
    text = json.dumps(told(cast, customer, now), ensure_ascii=False)
    for word in ("Anna", "Erika", "Mustermann", '4711"', "Geheim"):
        assert word not in text.replace("LDI 4711", "")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_document_is_a_tagged_pdf_and_the_same_each_time(cast, now, language):
    from django.utils import translation

    story = story_of(closed(cast, now))
    with translation.override(language):
        first = as_pdf(story, now)
        assert first == as_pdf(story, now)
    assert first.startswith(b"%PDF-") and b"pdfuaid" in first


def test_markup_that_an_officer_typed_stays_text(cast, now):
    from contacts.incidents.services import judging

    made = reported(cast, now)
    judging.assess(cast.dora, incident=made, at=now, **ASSESSED | {"nature": "#panic() *x* \\ $ <b>"})
    assert as_pdf(story_of(made), now).startswith(b"%PDF-")


@pytest.mark.parametrize("kind", WRITERS)
def test_each_export_leaves_an_entry_with_the_fingerprint(cast, now, kind):
    made = assessed(cast, now)
    for _time in range(2):
        response = as_(cast.dora).post(f"/incidents/{made.number}/export/{kind}/")
        assert response.status_code == 200
        assert response.headers["Content-Disposition"] == f'attachment; filename="{made.number}.{kind}"'
    entries = AuditEntry.objects.filter(verb="incident.exported", actor=cast.dora)
    assert entries.count() == 2
    latest = entries.first()
    assert latest.after["format"] == kind
    assert latest.after["sha256"] == hashlib.sha256(response.content).hexdigest()


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_while_the_document_is_written(now):
    cast = make_cast(now)
    made, held = assessed(cast, now), []

    def write(story, at):
        held.append(connection.in_atomic_block)
        return as_json(story, at)

    export(cast.dora, incident=made, kind="json", write=write, at=now)
    assert held == [False]
    assert AuditEntry.objects.filter(verb="incident.exported").count() == 1


def test_a_look_at_the_address_exports_nothing(cast, now):
    made = assessed(cast, now)
    assert as_(cast.dora).get(f"/incidents/{made.number}/export/pdf/").status_code == 405
    assert not AuditEntry.objects.filter(verb="incident.exported").exists()


def test_before_the_assessment_there_is_nothing_to_tell(cast, now):
    made = reported(cast, now)
    with pytest.raises(NotNow, match="Assess I-"):
        export(cast.dora, incident=made, kind="json", write=as_json, at=now)
    assert as_(cast.dora).post(f"/incidents/{made.number}/export/json/").status_code == 302


def test_the_reporter_exports_nothing(cast, now):
    made = assessed(cast, now)
    with pytest.raises(PermissionDenied):
        export(cast.anna, incident=made, kind="json", write=as_json, at=now)


def test_an_unknown_format_is_not_there(cast, now):
    made = assessed(cast, now)
    assert as_(cast.dora).post(f"/incidents/{made.number}/export/xml/").status_code == 404


def test_a_promise_is_told_as_one(cast, now):
    made = assessed(cast, now)
    decide(cast, made, "authority", True, now)
    said = json.loads(as_json(story_of(made), now))
    assert said["decisions"]["authority"]["told"] is True
    assert said["decisions"]["authority"]["carried_out_at"] is None
    assert said["decisions"]["person"] is None

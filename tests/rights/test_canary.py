"""Whoever is erased leaves no word anywhere: no column of any table and no file, but what the law has the
company keep."""

import pytest

from contacts.rights.services import erasing
from tests.rights.canary import canary, files, places

pytestmark = pytest.mark.django_db

#: What may still name the person, and why. Everything else is a defect.
EXCEPTIONS = {
    # Proof of consents, Art. 7(1), 17(3)(e) GDPR: the evidence, and for calls who agreed (section 7a UWG).
    "consent_consentevent": {"evidence"},
    "consent_callrecord": {"person"},
}
#: Columns that must have held the word before, or the test shows nothing: one for each place where people write.
MUST_HOLD = {
    "customers_customer": {"salutation", "first_name", "last_name", "company"},
    "customers_contactpoint": {"value", "normalised", "label", "source_note"},
    "customers_inboundcontact": {"note"},
    "customers_objection": {"note"},
    "customers_restriction": {"reason", "lift_reason"},
    "customers_importchange": {"before", "after"},
    "customers_importrun": {"check_result"},
    "consent_optin": {"address", "normalised", "first_name", "last_name"},
    "consent_datawish": {"message"},
    "consent_consentevent": {"evidence"},
    "consent_callrecord": {"person"},
    "requests_contactrequest": {"presumed_consent", "draft_text", "refusal_reason"},
    "requests_comment": {"text"},
    "requests_review": {"reason"},
    "requests_reassignment": {"reason"},
    "requests_condition": {"words"},
    "requests_proposal": {"draft_text"},
    "requests_snapshot": {"content"},
    "requests_contact": {"note"},
    "incidents_incident": {"description", "person_note"},
    "incidents_entry": {"text"},
    "incidents_assessment": {"reason", "nature", "people", "records", "consequences", "measures"},
    "incidents_decision": {"reason", "exception", "reference"},
    "incidents_order": {"body"},
    "screening_screening": {"file_name"},
    "screening_piece": {"content"},
    "machines_machinecall": {"answer"},
    "outbox_outboxmessage": {"last_error", "payload"},
    "rights_datarequest": {"person", "words", "identity_note", "extension_reason", "outcome"},
    "rights_namerelease": {"reason", "decision_reason"},
    "audit_auditentry": {"after"},
}


def test_no_column_and_no_file_holds_a_word_about_somebody_who_was_erased(cast, accounts, now, settings):
    _who, asked = canary(cast, accounts, now, settings.MEDIA_ROOT)
    before = places()
    assert {table: names - before.get(table, set()) for table, names in MUST_HOLD.items()} == {
        table: set() for table in MUST_HOLD
    }
    assert len(files(settings.MEDIA_ROOT)) == 2, "the list and its refused rows"
    erasing.carry_out(cast.dora, request=asked, at=now)
    left = {table: names - EXCEPTIONS.get(table, set()) for table, names in places().items()}
    assert {table: names for table, names in left.items() if names} == {}
    assert files(settings.MEDIA_ROOT) == []

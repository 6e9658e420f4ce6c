"""Ledgers refuse UPDATE, DELETE and TRUNCATE, for the table's owner too (what always holds, 4)."""

import pytest
from django.db import IntegrityError, connection, transaction

LEDGERS = [
    "audit_anchor",
    "audit_auditentry",
    "audit_seal",
    "audit_signedhead",
    "audit_tile",
    "audit_verification",
    "consent_callrecord",
    "consent_consentevent",
    "consent_evidencefile",
    "customers_objection",
    "customers_suppressionentry",
    "incidents_assessment",
    "incidents_decision",
    "incidents_entry",
    "processing_activityversion",
    "requests_comment",
    "requests_condition",
    "requests_contact",
    "requests_decisionrecord",
    "requests_givendecision",
    "requests_permituse",
    "requests_promotiondispute",
    "requests_promotionoverride",
    "requests_reassignment",
    "requests_review",
    "rights_letter",
    "retention_periodsetting",
    "training_certificate",
    "training_certificaterevocation",
    "training_lessonpicture",
    "training_reminded",
]
# These change by their own rules (test_guards.py in tests/training and tests/incidents) and cannot be emptied either.
KEPT = [
    "audit_privatekey",
    "incidents_incident",
    "incidents_order",
    "requests_absence",
    "requests_afterreview",
    "requests_proposal",
    "requests_reviewstage",
    "requests_routingrule",
    "requests_routingtable",
    "requests_snapshot",
    "customers_restriction",
    "rights_datarequest",
    "rights_erasureentry",
    "rights_namerelease",
    "retention_hold",
    "retention_unmasking",
    "training_answer",
    "training_attempt",
    "training_courseversion",
    "training_itemsum",
    "training_lesson",
    "training_question",
    "training_timeextension",
]
# Rows that may still change until they are published or applied; see the guards of consent and of the rule book.
LOCKED = ["consent_consenttext", "consent_thresholdsetting", "rulebook_rulesetversion"]


@pytest.mark.django_db
@pytest.mark.parametrize("table", LEDGERS)
@pytest.mark.parametrize("mode", ["origin", "replica"])
def test_the_table_carries_both_guards_and_they_always_fire(table, mode):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('session_replication_role', %s, true)", [mode])
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'A' AND tgname IN (%s, %s)",
            [table, f"{table}_append_only", f"{table}_no_truncate"],
        )
        assert cursor.fetchone() == (2,)
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(f'TRUNCATE "{table}" CASCADE')


@pytest.mark.django_db
@pytest.mark.parametrize("table", [*KEPT, *LOCKED])
def test_what_changes_by_its_own_rules_cannot_be_emptied_either(table):
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(f'TRUNCATE "{table}" CASCADE')


@pytest.mark.django_db
def test_rows_can_be_neither_changed_nor_deleted(cast):
    with connection.cursor() as cursor:
        for statement in ("UPDATE training_certificate SET course = 'x'", "DELETE FROM training_certificate"):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_broom_puts_the_guards_back(cast):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%no_truncate' AND tgenabled = 'A'")
        assert cursor.fetchone() == (len(LEDGERS) + len(KEPT) + len(LOCKED),)

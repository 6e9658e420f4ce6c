"""The proof of a consent may go when its time is over, by the entries themselves, which nobody can change."""

from django.db import migrations

from portal.database import lets_go

# A consumer's consent to advertising calls: five years from each act (section 7a(2) UWG). Anything else: three years
# to the end of the year (law.md section 7). The clock's own entries prolong nothing.
OVER = """
CREATE FUNCTION consent_proof_is_over(which bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT retention_held(c.customer_id, NULL) AND NOT EXISTS (
        SELECT FROM consent_consentevent e
        WHERE e.consent_id = c.id AND e.kind NOT IN ('went_stale', 'expired') AND NOT CASE
            WHEN c.channel = 'phone' AND u.kind = 'consumer' AND c.purpose IN ('marketing',
                 'marketing_similar_products', 'event_invitation', 'satisfaction_survey', 'winback',
                 'goodwill_greeting', 'consent_request')
                 THEN e.kind IN ('withdrawn', 'requested', 'corrected') OR e.at < now() - interval '5 years'
            ELSE retention_year_end_passed(e.at, 3) END)
    FROM consent_consent c JOIN customers_customer u ON u.id = c.customer_id WHERE c.id = which
$$;
"""
CHANGE = "portal_refuse_change()"


class Migration(migrations.Migration):
    dependencies = [("consent", "0014_due_in_order"), ("retention", "0002_guards")]

    operations = [
        migrations.RunSQL(OVER, "DROP FUNCTION consent_proof_is_over(bigint);"),
        lets_go(
            "consent_consentevent",
            "consent_consentevent_append_only",
            CHANGE,
            over="consent_proof_is_over(old.consent_id)",
        ),
        lets_go(
            "consent_callrecord",
            "consent_callrecord_append_only",
            CHANGE,
            over="(SELECT consent_proof_is_over(e.consent_id) FROM consent_consentevent e WHERE e.id = old.event_id)",
        ),
        lets_go(
            "consent_evidencefile",
            "consent_evidencefile_append_only",
            CHANGE,
            over="old.added_at < now() - interval '90 days'"
            " AND NOT EXISTS (SELECT FROM consent_consentevent e WHERE e.evidence_file_id = old.id)",
        ),
    ]

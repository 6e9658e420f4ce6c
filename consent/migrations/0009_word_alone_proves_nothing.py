from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from consent import rules

# As in 0004, and: an entry without a file does not claim a proof that somebody's word alone cannot give
# (consent.rules.proving has the same list; a test holds one against the other).
WAY = """
CREATE OR REPLACE FUNCTION consent_event_demand_way() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE way text;
BEGIN
    SELECT channel INTO way FROM consent_consent WHERE id = NEW.consent_id;
    IF (NEW.kind = 'confirmed' OR NEW.how = 'double_opt_in') AND way <> 'email' THEN
        RAISE EXCEPTION 'a double opt-in by e-mail is no consent to contact by %', way USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'confirmed' AND NEW.how <> 'double_opt_in' THEN
        RAISE EXCEPTION 'only a double opt-in confirms' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('given', 'renewed') AND way = 'email' AND NEW.how IN ('web_form', 'api', 'preferences') THEN
        RAISE EXCEPTION 'an e-mail consent from a form needs its double opt-in' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.proof AND NEW.evidence_file_id IS NULL
       AND (way <> 'letter' AND NEW.how IN ('web_form', 'api') OR way = 'email' AND NEW.how = 'spoken') THEN
        RAISE EXCEPTION 'without a file % proves nothing about %', NEW.how, way USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
EVENT = ("kind", "at", "proof", "ends_on", "text_id", "how", "id", "corrects_id", "about_at", "annuls")


def find_own_acts(apps, schema_editor):
    """What was recorded stays as it was recorded; only what it lifts is judged anew."""
    consents = apps.get_model("consent", "Consent")
    for consent in consents.objects.filter(given_at__isnull=False).iterator():
        rows = consent.events.order_by("at", "id").values(*EVENT, "evidence_file_id")
        events = [
            rules.Event(corrects=row.pop("corrects_id"), file_id=row.pop("evidence_file_id"), **row) for row in rows
        ]
        consents.objects.filter(pk=consent.pk).update(own_act_at=rules.resolve(events).own_act_at)


class Migration(migrations.Migration):
    dependencies = [("consent", "0008_closed_pages")]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="own_act_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(find_own_acts, migrations.RunPython.noop),
        RunSQL(sql=WAY, reverse_sql=RunSQL.noop),
    ]

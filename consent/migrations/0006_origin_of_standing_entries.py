from django.db import migrations, models
from django.db.migrations.operations import RunSQL

# An entry that was taken out again gives its number back. Whether it was, another row says, so no index can tell; two
# at once wait for each other here.
ONCE = """
CREATE OR REPLACE FUNCTION consent_event_origin_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.origin <> '' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('consent.origin:' || NEW.origin, 0));
        IF EXISTS (SELECT FROM consent_consentevent e WHERE e.origin = NEW.origin AND NOT EXISTS (
                SELECT FROM consent_consentevent c WHERE c.corrects_id = e.id AND c.annuls)) THEN
            RAISE EXCEPTION 'an entry with the number % is on record', NEW.origin
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'consent_event_origin_once';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_event_origin_once BEFORE INSERT ON consent_consentevent
    FOR EACH ROW EXECUTE FUNCTION consent_event_origin_once();
ALTER TABLE consent_consentevent ENABLE ALWAYS TRIGGER consent_event_origin_once;
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0005_forecast_warnings")]

    operations = [
        migrations.RemoveConstraint(model_name="consentevent", name="consent_event_origin_once"),
        migrations.AddIndex(
            model_name="consentevent",
            index=models.Index(
                fields=["origin"],
                condition=models.Q(("origin", ""), _negated=True),
                name="consent_event_origin",
            ),
        ),
        RunSQL(sql=ONCE, reverse_sql="DROP FUNCTION consent_event_origin_once CASCADE"),
    ]

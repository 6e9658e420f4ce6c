"""A version stays as it was written, follows the one before without a gap, and nothing follows an end."""

from django.db import migrations

from portal.database import append_only

FOLLOWS = """
CREATE FUNCTION processing_activityversion_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before processing_activityversion;
BEGIN
    SELECT * INTO before FROM processing_activityversion
        WHERE activity = NEW.activity ORDER BY number DESC LIMIT 1;
    IF before.kind = 'ended' THEN
        RAISE EXCEPTION 'the processing activity % has ended', NEW.activity USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number <> coalesce(before.number, 0) + 1 THEN
        RAISE EXCEPTION 'version % of the processing activity % does not follow', NEW.number, NEW.activity
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER processing_activityversion_follows BEFORE INSERT ON processing_activityversion
    FOR EACH ROW EXECUTE FUNCTION processing_activityversion_follows();
ALTER TABLE processing_activityversion ENABLE ALWAYS TRIGGER processing_activityversion_follows;
"""
BACK = "DROP FUNCTION processing_activityversion_follows CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("processing", "0001_initial")]

    operations = [
        append_only("processing_activityversion"),
        migrations.RunSQL(FOLLOWS, BACK),
    ]

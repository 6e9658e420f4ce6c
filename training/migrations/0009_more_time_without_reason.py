"""More time keeps no reason, and goes with the account. Triggers are ENABLE ALWAYS (see portal/database.py)."""

from django.db import migrations

from portal.database import append_only

KEPT_WHILE_OPEN = """
DROP TRIGGER training_timeextension_append_only ON training_timeextension;
CREATE FUNCTION training_more_time_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM people_user WHERE id = OLD.person_id AND is_active) THEN
        RAISE EXCEPTION 'more time is kept while the account is open' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER training_more_time_kept BEFORE UPDATE OR DELETE ON training_timeextension
    FOR EACH ROW EXECUTE FUNCTION training_more_time_kept();
ALTER TABLE training_timeextension ENABLE ALWAYS TRIGGER training_more_time_kept;
"""
UNTIL_NOW = f"""
DROP FUNCTION training_more_time_kept CASCADE;
DROP TRIGGER training_timeextension_no_truncate ON training_timeextension;
{append_only("training_timeextension").sql}
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0008_licences_by_two_people")]

    operations = [
        migrations.RemoveField(model_name="timeextension", name="reason"),
        migrations.RunSQL(KEPT_WHILE_OPEN, UNTIL_NOW),
    ]

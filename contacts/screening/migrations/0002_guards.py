"""What the database itself refuses about screenings. The trigger is ENABLE ALWAYS (see portal/database.py)."""

from django.db import migrations

# What was asked stays as it was asked, and the row with its counts stays. A list moves on and never back; what has
# ended is only deleted, once.
KEPT = """
CREATE FUNCTION screening_screening_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movable text[] := ARRAY['state', 'attempts', 'rows', 'rows_done', 'counts', 'refusal', 'started_at', 'finished_at',
        'delete_after', 'deleted_at'];
    ways text[] := ARRAY['queued queued', 'queued running', 'queued failed', 'running running', 'running done',
        'running failed', 'done done', 'failed failed'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'a screening is kept: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('done', 'failed') THEN
        movable := ARRAY['deleted_at'];
    END IF;
    IF to_jsonb(NEW) - movable <> to_jsonb(OLD) - movable THEN
        RAISE EXCEPTION 'a screening is kept as it is: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT (OLD.state || ' ' || NEW.state) = ANY (ways) OR NEW.rows_done < OLD.rows_done THEN
        RAISE EXCEPTION 'no way leads from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER screening_screening_kept BEFORE UPDATE OR DELETE ON screening_screening
    FOR EACH ROW EXECUTE FUNCTION screening_screening_kept();
ALTER TABLE screening_screening ENABLE ALWAYS TRIGGER screening_screening_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0001_initial")]

    operations = [
        migrations.RunSQL(sql=KEPT, reverse_sql="DROP FUNCTION IF EXISTS screening_screening_kept() CASCADE"),
    ]

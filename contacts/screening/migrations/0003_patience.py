"""Lists wait between two attempts, say under which rule set they were answered, and forget what their file was called."""

from django.db import migrations, models

# As before, with the columns that are new. The name of a file goes with what was in it, and at no other time.
KEPT = """
CREATE OR REPLACE FUNCTION screening_screening_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movable text[] := ARRAY['state', 'attempts', 'faults', 'timeouts', 'again_at', 'rows', 'rows_done', 'counts',
        'rule_set', 'rule_set_hash', 'refusal', 'started_at', 'finished_at', 'delete_after', 'deleted_at', 'file_name'];
    ways text[] := ARRAY['queued queued', 'queued running', 'queued failed', 'running running', 'running done',
        'running failed', 'done done', 'failed failed'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'a screening is kept: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('done', 'failed') THEN
        movable := ARRAY['deleted_at', 'file_name'];
    END IF;
    IF to_jsonb(NEW) - movable <> to_jsonb(OLD) - movable
        OR NEW.file_name <> OLD.file_name AND (NEW.file_name <> '' OR NEW.deleted_at IS NULL) THEN
        RAISE EXCEPTION 'a screening is kept as it is: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT (OLD.state || ' ' || NEW.state) = ANY (ways) OR NEW.rows_done < OLD.rows_done THEN
        RAISE EXCEPTION 'no way leads from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
# What was deleted before this day keeps no name either.
FORGET = """
ALTER TABLE screening_screening DISABLE TRIGGER screening_screening_kept;
UPDATE screening_screening SET file_name = '' WHERE deleted_at IS NOT NULL;
ALTER TABLE screening_screening ENABLE ALWAYS TRIGGER screening_screening_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("screening", "0002_guards")]

    operations = [
        migrations.AlterField(
            model_name="screening",
            name="file_name",
            field=models.CharField(blank=True, max_length=200, verbose_name="file"),
        ),
        migrations.AddField(
            model_name="screening",
            name="faults",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Attempts that failed for no reason of the list's."
            ),
        ),
        migrations.AddField(
            model_name="screening",
            name="timeouts",
            field=models.PositiveSmallIntegerField(default=0, help_text="Attempts that took longer than a turn may."),
        ),
        migrations.AddField(
            model_name="screening",
            name="again_at",
            field=models.DateTimeField(blank=True, help_text="Not to be tried again before.", null=True),
        ),
        migrations.AddField(
            model_name="screening",
            name="rule_set",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="rule set"),
        ),
        migrations.AddField(
            model_name="screening",
            name="rule_set_hash",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.RunSQL(sql=FORGET, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(sql=KEPT, reverse_sql=migrations.RunSQL.noop),
    ]

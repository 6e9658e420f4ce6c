"""What the database itself refuses about courses and attempts. Triggers are ENABLE ALWAYS (see portal/database.py)."""

from django.db import migrations

from portal.database import append_only

# A published version is locked. Only its way out may be written: published -> retired, with the two days.
VERSION_LOCKED = """
CREATE FUNCTION training_version_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movable text[] := ARRAY['state', 'retired_at', 'withdrawn_at'];
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' OR NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired')
       OR to_jsonb(NEW) - movable <> to_jsonb(OLD) - movable
       OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS DISTINCT FROM OLD.retired_at)
       OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at) THEN
        RAISE EXCEPTION 'a published version is locked: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_version_locked BEFORE UPDATE OR DELETE ON training_courseversion
    FOR EACH ROW EXECUTE FUNCTION training_version_locked();
ALTER TABLE training_courseversion ENABLE ALWAYS TRIGGER training_version_locked;
"""

# Lessons and questions change in a draft only. FOR SHARE makes a publication that runs beside it wait, or be waited for.
CONTENT_LOCKED = """
CREATE FUNCTION training_content_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    locked integer;
BEGIN
    PERFORM 1 FROM training_courseversion
        WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
        FOR SHARE;
    SELECT count(*) INTO locked FROM training_courseversion
        WHERE id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END)
          AND state <> 'draft';
    IF locked > 0 THEN
        RAISE EXCEPTION 'the version is published, so % is locked: % is refused', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER training_lesson_locked BEFORE INSERT OR UPDATE OR DELETE ON training_lesson
    FOR EACH ROW EXECUTE FUNCTION training_content_locked();
CREATE TRIGGER training_question_locked BEFORE INSERT OR UPDATE OR DELETE ON training_question
    FOR EACH ROW EXECUTE FUNCTION training_content_locked();
ALTER TABLE training_lesson ENABLE ALWAYS TRIGGER training_lesson_locked;
ALTER TABLE training_question ENABLE ALWAYS TRIGGER training_question_locked;
"""

# An attempt keeps who, what and when it began for ever; after submission nothing about it changes.
ATTEMPT_KEPT = """
CREATE FUNCTION training_attempt_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movable text[] := ARRAY['deadline_at', 'submitted_at', 'score', 'passed', 'withheld'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.submitted_at IS NOT NULL OR to_jsonb(NEW) - movable <> to_jsonb(OLD) - movable THEN
        RAISE EXCEPTION 'an attempt is kept as it was: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_attempt_kept BEFORE UPDATE OR DELETE ON training_attempt
    FOR EACH ROW EXECUTE FUNCTION training_attempt_kept();
ALTER TABLE training_attempt ENABLE ALWAYS TRIGGER training_attempt_kept;
"""

# Answers are written while the attempt runs and its time lasts. They are deleted only once the person has passed the
# course, and then those of the failed attempts before it too.
ANSWER_KEPT = """
CREATE FUNCTION training_answer_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    attempt training_attempt%ROWTYPE;
BEGIN
    SELECT * INTO attempt FROM training_attempt
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.attempt_id ELSE NEW.attempt_id END FOR SHARE;
    IF TG_OP = 'DELETE' THEN
        IF attempt.submitted_at IS NULL OR NOT EXISTS (
            SELECT 1 FROM training_attempt passed
                JOIN training_courseversion theirs ON theirs.id = passed.version_id
                JOIN training_courseversion mine ON mine.id = attempt.version_id AND mine.course_id = theirs.course_id
            WHERE passed.person_id = attempt.person_id AND passed.passed
        ) THEN
            RAISE EXCEPTION 'answers are kept until the course is passed' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF attempt.submitted_at IS NOT NULL OR NEW.saved_at > attempt.deadline_at
       OR (TG_OP = 'UPDATE' AND NEW.attempt_id <> OLD.attempt_id) THEN
        RAISE EXCEPTION 'the attempt has ended: no answer is written any more' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_answer_kept BEFORE INSERT OR UPDATE OR DELETE ON training_answer
    FOR EACH ROW EXECUTE FUNCTION training_answer_kept();
ALTER TABLE training_answer ENABLE ALWAYS TRIGGER training_answer_kept;
"""

GUARDED = ("training_courseversion", "training_lesson", "training_question", "training_attempt", "training_answer")
NO_TRUNCATE = "\n".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();"
    f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;"
    for table in GUARDED
)
TRUNCATE_AGAIN = "\n".join(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in GUARDED)


class Migration(migrations.Migration):
    dependencies = [("training", "0002_courses")]

    operations = [
        append_only("training_itemstat"),
        append_only("training_lessonpicture"),
        append_only("training_timeextension"),
        migrations.RunSQL(VERSION_LOCKED, "DROP FUNCTION training_version_locked CASCADE;"),
        migrations.RunSQL(CONTENT_LOCKED, "DROP FUNCTION training_content_locked CASCADE;"),
        migrations.RunSQL(ATTEMPT_KEPT, "DROP FUNCTION training_attempt_kept CASCADE;"),
        migrations.RunSQL(ANSWER_KEPT, "DROP FUNCTION training_answer_kept CASCADE;"),
        migrations.RunSQL(NO_TRUNCATE, TRUNCATE_AGAIN),
    ]

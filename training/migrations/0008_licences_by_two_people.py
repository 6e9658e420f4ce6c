"""Who wrote in a draft of a licence does not publish it, by whatever account. Triggers are ENABLE ALWAYS."""

from django.conf import settings
from django.db import migrations, models

SECOND_PERSON = """
CREATE FUNCTION training_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'published' AND OLD.state = 'draft' AND EXISTS (
        SELECT 1 FROM training_course course
            JOIN training_courseversion_writers wrote ON wrote.courseversion_id = NEW.id
            JOIN people_user writer ON writer.id = wrote.user_id
            JOIN people_user publisher ON publisher.id = NEW.published_by_id
        WHERE course.id = NEW.course_id AND course.kind <> 'basic'
          AND (writer.id = publisher.id
               OR upper(trim(writer.person_number)) = upper(trim(publisher.person_number)))
    ) THEN
        RAISE EXCEPTION 'a licence is published by a second person' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_second_person BEFORE UPDATE ON training_courseversion
    FOR EACH ROW EXECUTE FUNCTION training_second_person();
ALTER TABLE training_courseversion ENABLE ALWAYS TRIGGER training_second_person;
"""

# What was published keeps who wrote it.
WRITERS_KEPT = """
CREATE FUNCTION training_writers_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM training_courseversion
        WHERE id = CASE WHEN TG_OP = 'INSERT' THEN NEW.courseversion_id ELSE OLD.courseversion_id END
          AND state <> 'draft'
        FOR SHARE
    ) OR TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'the writers of a version are kept: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER training_writers_kept BEFORE INSERT OR UPDATE OR DELETE ON training_courseversion_writers
    FOR EACH ROW EXECUTE FUNCTION training_writers_kept();
ALTER TABLE training_courseversion_writers ENABLE ALWAYS TRIGGER training_writers_kept;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0007_certificate_revocations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="courseversion",
            name="writers",
            field=models.ManyToManyField(blank=True, editable=False, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunSQL(SECOND_PERSON, "DROP FUNCTION training_second_person CASCADE;"),
        migrations.RunSQL(WRITERS_KEPT, "DROP FUNCTION training_writers_kept CASCADE;"),
    ]

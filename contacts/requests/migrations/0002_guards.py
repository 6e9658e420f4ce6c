"""What the database itself refuses about requests, and where each platform's review starts (law.md 4.6)."""

from django.db import migrations

from portal.database import append_only

STARTING_STATUS = {
    "whatsapp": ("not_approved", "Only through the Business Platform with a processor contract."),
    "signal": ("under_review", ""),
    "threema": ("under_review", ""),
    "telegram": ("not_approved", ""),
    "facebook": ("under_review", "Vereinbarung zur gemeinsamen Verantwortung und Folgenabschätzung stehen aus."),
    "instagram": ("under_review", "Vereinbarung zur gemeinsamen Verantwortung und Folgenabschätzung stehen aus."),
    "x": ("under_review", "Vereinbarung zur gemeinsamen Verantwortung und Folgenabschätzung stehen aus."),
    "linkedin": ("under_review", ""),
    "xing": ("under_review", ""),
    "tiktok": ("not_approved", ""),
}

REVIEW_NAMES_TRUE_REQUESTER = """
ALTER TABLE requests_review ADD CONSTRAINT review_names_true_requester
    FOREIGN KEY (request_id, requester_id) REFERENCES requests_contactrequest (id, requester_id)
    DEFERRABLE INITIALLY DEFERRED;
"""

FOUR_EYES = """
CREATE FUNCTION requests_review_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT person_number FROM people_user WHERE id = NEW.reviewer_id)
       = (SELECT person_number FROM people_user WHERE id = NEW.requester_id) THEN
        RAISE EXCEPTION 'nobody reviews a request of the same person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_review_four_eyes BEFORE INSERT ON requests_review
    FOR EACH ROW EXECUTE FUNCTION requests_review_four_eyes();
ALTER TABLE requests_review ENABLE ALWAYS TRIGGER requests_review_four_eyes;
"""

USES_WITHIN_LIMIT = """
CREATE FUNCTION requests_permituse_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.use_number < 1
       OR NEW.use_number > (SELECT uses_allowed FROM requests_permit WHERE id = NEW.permit_id) THEN
        RAISE EXCEPTION 'the permit allows no further use' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_permituse_limit BEFORE INSERT ON requests_permituse
    FOR EACH ROW EXECUTE FUNCTION requests_permituse_limit();
ALTER TABLE requests_permituse ENABLE ALWAYS TRIGGER requests_permituse_limit;
"""


def register_platforms(apps, schema_editor):
    model = apps.get_model("requests", "PlatformRegistration")
    model.objects.bulk_create(
        model(platform=platform, status=status, note=note) for platform, (status, note) in STARTING_STATUS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("requests", "0001_initial")]

    operations = [
        migrations.RunSQL(
            REVIEW_NAMES_TRUE_REQUESTER,
            "ALTER TABLE requests_review DROP CONSTRAINT review_names_true_requester;",
        ),
        migrations.RunSQL(
            FOUR_EYES,
            "DROP TRIGGER requests_review_four_eyes ON requests_review; DROP FUNCTION requests_review_four_eyes();",
        ),
        migrations.RunSQL(
            USES_WITHIN_LIMIT,
            "DROP TRIGGER requests_permituse_limit ON requests_permituse; DROP FUNCTION requests_permituse_limit();",
        ),
        append_only("requests_decisionrecord"),
        append_only("requests_review"),
        append_only("requests_permituse"),
        append_only("requests_contact"),
        migrations.RunPython(register_platforms, migrations.RunPython.noop),
    ]

"""What a permit is bound to: its text too, for good; several uses, each with an outcome before the next one."""

from django.db import migrations, models
from django.db.models import Q

FINGERPRINT = """
UPDATE requests_permit SET text_sha256 = encode(sha256(convert_to(r.draft_text, 'UTF8')), 'hex')
    FROM requests_contactrequest r WHERE r.id = request_id;
"""

# A permit is for what was asked and approved, and stays so: only its state moves, and never back.
BOUND = """
CREATE FUNCTION requests_permit_bound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state IN ('active', NEW.state)
       AND to_jsonb(NEW) - ARRAY['state', 'revoked_at', 'revoked_reason']
         = to_jsonb(OLD) - ARRAY['state', 'revoked_at', 'revoked_reason'] THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND EXISTS (
        SELECT 1 FROM requests_contactrequest r WHERE r.id = NEW.request_id
        AND (r.requester_id, r.customer_id, r.contact_point_id, r.purpose)
          = (NEW.holder_id, NEW.customer_id, NEW.contact_point_id, NEW.purpose)
        AND r.account_id IS NOT DISTINCT FROM NEW.account_id
        AND NEW.uses_allowed <= r.uses_wanted
        AND NEW.text_sha256 = encode(sha256(convert_to(r.draft_text, 'UTF8')), 'hex')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'permit_bound: a permit is for what was approved, and stays so: % is refused', TG_OP
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER requests_permit_bound BEFORE INSERT OR UPDATE OR DELETE ON requests_permit
    FOR EACH ROW EXECUTE FUNCTION requests_permit_bound();
ALTER TABLE requests_permit ENABLE ALWAYS TRIGGER requests_permit_bound;
"""

USES = """
CREATE OR REPLACE FUNCTION requests_permituse_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.use_number < 1
       OR NEW.use_number > (SELECT uses_allowed FROM requests_permit WHERE id = NEW.permit_id) THEN
        RAISE EXCEPTION 'the permit allows no further use' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.use_number > 1 AND NOT EXISTS (
        SELECT 1 FROM requests_permituse u JOIN requests_contact c ON c.use_id = u.id
        WHERE u.permit_id = NEW.permit_id AND u.use_number = NEW.use_number - 1) THEN
        RAISE EXCEPTION 'the use before this one has no outcome yet' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
USES_BEFORE = """
CREATE OR REPLACE FUNCTION requests_permituse_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.use_number < 1
       OR NEW.use_number > (SELECT uses_allowed FROM requests_permit WHERE id = NEW.permit_id) THEN
        RAISE EXCEPTION 'the permit allows no further use' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# Beside the guard of 0006, which names the other columns: how often was asked for is part of what was read.
WANTED = """
CREATE FUNCTION requests_uses_wanted_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND NEW.uses_wanted <> OLD.uses_wanted THEN
        RAISE EXCEPTION 'what was handed in stays as it was read' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_uses_wanted_stay BEFORE UPDATE ON requests_contactrequest
    FOR EACH ROW EXECUTE FUNCTION requests_uses_wanted_stay();
ALTER TABLE requests_contactrequest ENABLE ALWAYS TRIGGER requests_uses_wanted_stay;
"""

RESULTS = [
    ("reached", "Reached"),
    ("not_reached", "Not reached"),
    ("sent", "Sent"),
    ("objected", "Objects to advertising"),
    ("withdrew", "Takes the consent back"),
    ("full_block", "Wants no contact at all"),
    ("other_way", "Wants to be contacted another way"),
    ("wrong_person", "Wrong person"),
]


class Migration(migrations.Migration):
    dependencies = [("requests", "0007_promotion")]

    operations = [
        migrations.AddField(
            model_name="contactrequest",
            name="uses_wanted",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="number of contacts"),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.CheckConstraint(condition=Q(uses_wanted__range=(1, 5)), name="request_uses_in_range"),
        ),
        migrations.AddField(
            model_name="permit",
            name="text_sha256",
            field=models.CharField(
                default="",
                help_text="The fingerprint of the text that was approved; another text is another request.",
                max_length=64,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="permit",
            constraint=models.CheckConstraint(condition=Q(uses_allowed__range=(1, 5)), name="permit_uses_in_range"),
        ),
        migrations.AlterField(
            model_name="contact",
            name="result",
            field=models.CharField(choices=RESULTS, max_length=15, verbose_name="outcome"),
        ),
        migrations.RunSQL(FINGERPRINT, migrations.RunSQL.noop),
        migrations.RunSQL(BOUND, "DROP FUNCTION requests_permit_bound CASCADE;"),
        migrations.RunSQL(USES, USES_BEFORE),
        migrations.RunSQL(WANTED, "DROP FUNCTION requests_uses_wanted_stay CASCADE;"),
    ]

"""A permit says what it rests on, as the decision does that granted it: reports count permits by it.

The version before this one knows no such column: for its permits the database reads the decision. A permit from before
may say it afterwards, once; nothing else is said than what the decision says."""

from django.db import migrations, models

# As in 0008, and: what it rests on is what the decision says that granted it, or is not yet said.
BOUND = """
CREATE OR REPLACE FUNCTION requests_permit_bound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moves text[] := ARRAY['state', 'revoked_at', 'revoked_reason'];
    granted_on text;
BEGIN
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND OLD.legal_basis = '' THEN
        SELECT d.legal_basis INTO granted_on FROM requests_decisionrecord d
            WHERE d.request_id = NEW.request_id AND d.stage IN ('submit', 'review') ORDER BY d.id DESC LIMIT 1;
        IF NEW.legal_basis = '' AND TG_OP = 'INSERT' THEN
            NEW.legal_basis := coalesce(granted_on, '');
        ELSIF NEW.legal_basis NOT IN ('', coalesce(granted_on, '')) THEN
            RAISE EXCEPTION 'permit_bound: a permit rests on what its decision rests on: % is refused', TG_OP
                USING ERRCODE = 'check_violation';
        END IF;
        moves := array_append(moves, 'legal_basis');
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('active', NEW.state)
       AND to_jsonb(NEW) - moves = to_jsonb(OLD) - moves THEN
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
"""
BOUND_BEFORE = """
CREATE OR REPLACE FUNCTION requests_permit_bound() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0020_saved_views")]

    operations = [
        migrations.AddField(
            model_name="permit",
            name="legal_basis",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What the decision that granted it rests on; empty where that names nothing.",
                max_length=200,
            ),
        ),
        migrations.RunSQL(BOUND, BOUND_BEFORE),
    ]

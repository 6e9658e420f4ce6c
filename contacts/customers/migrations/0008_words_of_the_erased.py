"""A restriction only ends, and what people noted about an objection or a restriction goes with the person."""

from django.db import migrations

from portal.database import GONE, only_of_the_forgotten, words_go

WHOSE = "SELECT ($1).customer_id"
# Of a restriction only the end is added, once; the words of both give way to the mark.
RESTRICTION_KEPT = f"""
CREATE FUNCTION customers_restriction_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ending text[] := ARRAY['until', 'lifted_by_id', 'lift_reason'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.until IS NULL AND to_jsonb(NEW) - ending = to_jsonb(OLD) - ending THEN
            RETURN NEW;
        END IF;
        IF to_jsonb(NEW) - ARRAY['reason', 'lift_reason'] = to_jsonb(OLD) - ARRAY['reason', 'lift_reason']
           AND NEW.reason IN (OLD.reason, '{GONE}') AND NEW.lift_reason IN (OLD.lift_reason, '{GONE}') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a restriction only ends: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER customers_restriction_only_ends BEFORE UPDATE OR DELETE ON customers_restriction
    FOR EACH ROW EXECUTE FUNCTION customers_restriction_only_ends();
ALTER TABLE customers_restriction ENABLE ALWAYS TRIGGER customers_restriction_only_ends;
CREATE TRIGGER customers_restriction_no_truncate BEFORE TRUNCATE ON customers_restriction
    FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
ALTER TABLE customers_restriction ENABLE ALWAYS TRIGGER customers_restriction_no_truncate;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_restriction")]

    operations = [
        words_go("customers_objection", "note"),
        only_of_the_forgotten("customers_objection", WHOSE, "note"),
        migrations.RunSQL(RESTRICTION_KEPT, "DROP FUNCTION customers_restriction_only_ends CASCADE;"),
        only_of_the_forgotten("customers_restriction", WHOSE, "reason"),
    ]

"""When time is over by the clock of the database, whether a hold stands, and what of holds and unmaskings stays."""

from django.db import migrations

from portal.database import append_only

CLOCK = """
CREATE FUNCTION retention_year_end_passed(since timestamptz, years int) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT now() >= make_timestamptz(
        extract(year FROM since AT TIME ZONE 'Europe/Berlin')::int + years + 1, 1, 1, 0, 0, 0, 'Europe/Berlin')
$$;
CREATE FUNCTION retention_held(customer bigint, request bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM retention_hold h WHERE h.ended_at IS NULL AND h.customer_id = customer
                   AND (h.request_id IS NULL OR h.request_id = request))
$$;
"""
CLOCK_BACK = """
DROP FUNCTION retention_held(bigint, bigint);
DROP FUNCTION retention_year_end_passed(timestamptz, int);
"""

# What a hold is on and why, who placed it and who ended it stays; it may be looked at again, and end once. It is no
# way round itself: the row goes when its own time is over.
HOLD = """
CREATE FUNCTION retention_hold_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movable text[] := CASE WHEN TG_OP <> 'UPDATE' THEN '{}'
        WHEN OLD.end_asked_by_id IS NULL THEN ARRAY['review_on', 'end_reason', 'end_asked_by_id', 'end_asked_at']
        ELSE ARRAY['review_on', 'ended_by_id', 'ended_at'] END;
BEGIN
    IF TG_OP = 'DELETE' AND OLD.ended_at IS NOT NULL AND retention_year_end_passed(OLD.ended_at, 3) THEN
        RETURN OLD;
    END IF;
    IF TG_OP <> 'UPDATE' OR OLD.ended_at IS NOT NULL OR to_jsonb(NEW) - movable <> to_jsonb(OLD) - movable THEN
        RAISE EXCEPTION 'a legal hold stays as it was placed: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.ended_by_id IS NOT NULL
       AND (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.ended_by_id)
         = (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.end_asked_by_id) THEN
        RAISE EXCEPTION 'a hold is ended by a second person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
UNMASKING = """
CREATE FUNCTION retention_unmasking_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movable text[] := CASE WHEN TG_OP <> 'UPDATE' THEN '{}' WHEN OLD.refused_at IS NOT NULL THEN '{}'
        WHEN OLD.agreed_at IS NULL THEN ARRAY['agreed_by_id', 'agreed_at', 'ends_at', 'refused_by_id', 'refused_at']
        ELSE ARRAY['ends_at'] END;
BEGIN
    IF TG_OP = 'DELETE' AND retention_year_end_passed(greatest(OLD.asked_at, OLD.ends_at), 3) THEN
        RETURN OLD;
    END IF;
    IF TG_OP <> 'UPDATE' OR to_jsonb(NEW) - movable <> to_jsonb(OLD) - movable
       OR (OLD.ends_at IS NOT NULL AND NEW.ends_at > OLD.ends_at) THEN
        RAISE EXCEPTION 'an unmasking stays as it was asked for: % is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.agreed_by_id IS NOT NULL
       AND (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.agreed_by_id)
           IN (SELECT upper(trim(person_number)) FROM people_user WHERE id IN (NEW.asked_by_id, NEW.person_id)) THEN
        RAISE EXCEPTION 'a second person agrees, and never the one it is about' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def _guard(table: str) -> str:
    return f"""
    CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_kept();
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_kept;
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
    """


def _back(table: str) -> str:
    return f"DROP TRIGGER {table}_no_truncate ON {table}; DROP FUNCTION {table}_kept CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial")]

    operations = [
        migrations.RunSQL(CLOCK, CLOCK_BACK),
        append_only("retention_periodsetting"),
        migrations.RunSQL(HOLD + _guard("retention_hold"), _back("retention_hold")),
        migrations.RunSQL(UNMASKING + _guard("retention_unmasking"), _back("retention_unmasking")),
    ]

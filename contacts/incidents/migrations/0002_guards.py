"""What the database itself refuses about incidents. Triggers are ENABLE ALWAYS (see portal/database.py)."""

from django.db import migrations

from portal.database import append_only

# What was reported stays. Of the row only the state and its times move, and only along `rules.TRANSITIONS`; a closed
# incident has an assessment and both decisions, and moves no more.
INCIDENT_KEPT = """
CREATE FUNCTION incidents_incident_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    movable text[] := ARRAY['state', 'contained_at', 'assessed_at', 'settled_at', 'closed_at'];
    ways text[] := ARRAY['reported contained', 'reported assessed', 'contained assessed', 'assessed closed'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'reported' THEN
            RAISE EXCEPTION 'an incident begins as reported' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state = 'closed' OR to_jsonb(NEW) - movable <> to_jsonb(OLD) - movable THEN
        RAISE EXCEPTION 'what was reported is kept: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state || ' ' || NEW.state) = ANY (ways) THEN
        RAISE EXCEPTION 'no way leads from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('assessed', 'closed')
       AND NOT EXISTS (SELECT 1 FROM incidents_assessment WHERE incident_id = NEW.id) THEN
        RAISE EXCEPTION 'nothing is assessed or closed without an assessment' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'closed'
       AND (SELECT count(DISTINCT about) FROM incidents_decision WHERE incident_id = NEW.id) < 2 THEN
        RAISE EXCEPTION 'nothing is closed without both decisions' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incidents_incident_kept BEFORE INSERT OR UPDATE OR DELETE ON incidents_incident
    FOR EACH ROW EXECUTE FUNCTION incidents_incident_kept();
ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER incidents_incident_kept;
"""

# The words of an order stay; its receiver acknowledges it once.
ORDER_KEPT = """
CREATE FUNCTION incidents_order_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.acknowledged_at IS NOT NULL
       OR to_jsonb(NEW) - 'acknowledged_at' <> to_jsonb(OLD) - 'acknowledged_at' THEN
        RAISE EXCEPTION 'an order is kept as it was issued: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incidents_order_kept BEFORE UPDATE OR DELETE ON incidents_order
    FOR EACH ROW EXECUTE FUNCTION incidents_order_kept();
ALTER TABLE incidents_order ENABLE ALWAYS TRIGGER incidents_order_kept;
"""

GUARDED = ("incidents_incident", "incidents_order")
NO_TRUNCATE = "\n".join(
    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();"
    f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;"
    for table in GUARDED
)
TRUNCATE_AGAIN = "\n".join(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in GUARDED)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [
        append_only("incidents_entry"),
        append_only("incidents_assessment"),
        append_only("incidents_decision"),
        migrations.RunSQL(INCIDENT_KEPT, "DROP FUNCTION incidents_incident_kept CASCADE;"),
        migrations.RunSQL(ORDER_KEPT, "DROP FUNCTION incidents_order_kept CASCADE;"),
        migrations.RunSQL(NO_TRUNCATE, TRUNCATE_AGAIN),
    ]

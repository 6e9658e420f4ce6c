"""Words about somebody who was erased give way to a mark: what was reported, noted, assessed and decided. That it was,
by whom, when, how high the risk was and who was told stays (Art. 5(2) GDPR). Of an order to somebody who works here the
pages show the standard words then, which name no customer (`Order.shown_body`)."""

from django.db import migrations

from portal.database import GONE, only_of_the_forgotten, words_go

KEPT = """
CREATE OR REPLACE FUNCTION incidents_incident_kept() RETURNS trigger LANGUAGE plpgsql AS $$
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
    {forgotten}
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
"""
FORGOTTEN = f"""
    IF TG_OP = 'UPDATE' THEN
        IF NEW.description = '{GONE}' AND NEW.person_note IN ('', '{GONE}')
           AND to_jsonb(NEW) - ARRAY['description', 'person_note']
             = to_jsonb(OLD) - ARRAY['description', 'person_note'] THEN
            RETURN NEW;
        END IF;
    END IF;
"""
ORDER_KEPT = """
CREATE OR REPLACE FUNCTION incidents_order_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {forgotten}
    IF TG_OP = 'DELETE' OR OLD.acknowledged_at IS NOT NULL
       OR to_jsonb(NEW) - 'acknowledged_at' <> to_jsonb(OLD) - 'acknowledged_at' THEN
        RAISE EXCEPTION 'an order is kept as it was issued: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
ORDER_FORGOTTEN = f"""
    IF TG_OP = 'UPDATE' THEN
        IF NEW.title = '{GONE}' AND NEW.body = '{GONE}'
           AND to_jsonb(NEW) - ARRAY['title', 'body'] = to_jsonb(OLD) - ARRAY['title', 'body'] THEN
            RETURN NEW;
        END IF;
    END IF;
"""
OF_INCIDENT = "SELECT customer_id FROM incidents_incident WHERE id = ($1).incident_id"
LEDGERS = {
    "incidents_entry": ("text",),
    "incidents_assessment": ("reason", "nature", "people", "records", "consequences", "measures"),
    "incidents_decision": ("reason", "exception", "reference", "delay_reason"),
}


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_who_must_be_told"), ("customers", "0008_words_of_the_erased")]

    operations = [
        migrations.RunSQL(KEPT.format(forgotten=FORGOTTEN), KEPT.format(forgotten="")),
        only_of_the_forgotten("incidents_incident", "SELECT ($1).customer_id", "description", "person_note"),
        migrations.RunSQL(ORDER_KEPT.format(forgotten=ORDER_FORGOTTEN), ORDER_KEPT.format(forgotten="")),
        only_of_the_forgotten("incidents_order", OF_INCIDENT, "title", "body"),
        *(words_go(table, *columns) for table, columns in LEDGERS.items()),
        *(only_of_the_forgotten(table, OF_INCIDENT, *columns) for table, columns in LEDGERS.items()),
    ]

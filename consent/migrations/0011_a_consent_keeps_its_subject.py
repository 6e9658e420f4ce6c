from django.db import migrations
from django.db.migrations.operations import RunSQL

# Whose consent it is, for what and over which way, is told by no event: a row that changed it would carry its whole
# story, with proof, to another person or way, and no recomputing could find out.
LOCK = """
CREATE FUNCTION consent_refuse_other_subject() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.customer_id, NEW.purpose, NEW.channel, NEW.platform)
       IS DISTINCT FROM (OLD.id, OLD.customer_id, OLD.purpose, OLD.channel, OLD.platform) THEN
        RAISE EXCEPTION 'a consent stays with its customer, purpose and way: UPDATE is refused'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_keeps_subject BEFORE UPDATE ON consent_consent
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_other_subject();
ALTER TABLE consent_consent ENABLE ALWAYS TRIGGER consent_keeps_subject;
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0010_which_address_was_confirmed")]

    operations = [RunSQL(sql=LOCK, reverse_sql="DROP FUNCTION consent_refuse_other_subject CASCADE")]

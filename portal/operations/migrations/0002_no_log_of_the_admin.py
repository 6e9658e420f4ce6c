"""Django's admin brings a log of its own, in words about whom and what. The trail is the only one: nothing is written
there, which a trigger holds everybody to."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION operations_no_admin_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit trail is the only log: nothing is written into django_admin_log.';
END $$;
CREATE TRIGGER operations_no_admin_log BEFORE INSERT OR UPDATE ON django_admin_log
    FOR EACH ROW EXECUTE FUNCTION operations_no_admin_log();
"""
BACK = """
DROP TRIGGER operations_no_admin_log ON django_admin_log;
DROP FUNCTION operations_no_admin_log();
"""


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [migrations.RunSQL(FORWARD, BACK)]

"""A no is bound to the risk, and a yes is kept only once it was carried out: the database repeats both at the end."""

from django.conf import settings
from django.db import migrations, models

# The latest decision about each counts, against the latest assessment (`rules.may_stay_untold`). Without a risk nobody
# need be told; with one the authority is (Art. 33 GDPR); with a high one so is the person concerned (Art. 34), unless
# the decision names an exception.
TOLD = """
CREATE FUNCTION incidents_incident_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1
        FROM (SELECT DISTINCT ON (about) about, answer, exception, carried_out_at FROM incidents_decision
              WHERE incident_id = NEW.id ORDER BY about, id DESC) AS said,
             (SELECT risk FROM incidents_assessment WHERE incident_id = NEW.id ORDER BY id DESC LIMIT 1) AS found
        WHERE (said.answer AND said.carried_out_at IS NULL)
           OR (NOT said.answer AND said.about = 'authority' AND found.risk <> 'none')
           OR (NOT said.answer AND said.about = 'person' AND found.risk = 'high' AND said.exception = '')
    ) THEN
        RAISE EXCEPTION 'nothing is closed before everybody was told who must be' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER incidents_incident_told BEFORE UPDATE ON incidents_incident
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION incidents_incident_told();
ALTER TABLE incidents_incident ENABLE ALWAYS TRIGGER incidents_incident_told;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_guards"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            "decision",
            "exception",
            models.TextField("exception that applies", max_length=2000, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "decision",
            models.CheckConstraint(
                condition=models.Q(("exception", "")) | models.Q(("about", "person"), ("answer", False)),
                name="incident_exception_of_who_is_not_told",
            ),
        ),
        migrations.RunSQL(TOLD, "DROP FUNCTION incidents_incident_told CASCADE;"),
    ]

from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from portal.database import append_only

# A published wording stays as people saw it; a threshold stays as it was set. The job may note that it has applied one.
LOCKS = """
CREATE OR REPLACE FUNCTION consent_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' OR OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published wording stays as it is: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER consent_text_locked BEFORE UPDATE OR DELETE ON consent_consenttext
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_published();
CREATE TRIGGER consent_text_no_truncate BEFORE TRUNCATE ON consent_consenttext
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse_published();
ALTER TABLE consent_consenttext ENABLE ALWAYS TRIGGER consent_text_locked;
ALTER TABLE consent_consenttext ENABLE ALWAYS TRIGGER consent_text_no_truncate;

CREATE OR REPLACE FUNCTION consent_refuse_threshold_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'applied_at' = to_jsonb(OLD) - 'applied_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'thresholds have a history: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER consent_threshold_locked BEFORE UPDATE OR DELETE ON consent_thresholdsetting
    FOR EACH ROW EXECUTE FUNCTION consent_refuse_threshold_change();
CREATE TRIGGER consent_threshold_no_truncate BEFORE TRUNCATE ON consent_thresholdsetting
    FOR EACH STATEMENT EXECUTE FUNCTION consent_refuse_threshold_change();
ALTER TABLE consent_thresholdsetting ENABLE ALWAYS TRIGGER consent_threshold_locked;
ALTER TABLE consent_thresholdsetting ENABLE ALWAYS TRIGGER consent_threshold_no_truncate;
"""

# BGH I ZR 164/09: a click in a mail proves nothing about a telephone; and an address is proven by nothing else.
DOUBLE_OPT_IN = """
CREATE OR REPLACE FUNCTION consent_event_demand_way() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE way text;
BEGIN
    SELECT channel INTO way FROM consent_consent WHERE id = NEW.consent_id;
    IF (NEW.kind = 'confirmed' OR NEW.how = 'double_opt_in') AND way <> 'email' THEN
        RAISE EXCEPTION 'a double opt-in by e-mail is no consent to contact by %', way USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'confirmed' AND NEW.how <> 'double_opt_in' THEN
        RAISE EXCEPTION 'only a double opt-in confirms' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind IN ('given', 'renewed') AND way = 'email' AND NEW.how IN ('web_form', 'api', 'preferences') THEN
        RAISE EXCEPTION 'an e-mail consent from a form needs its double opt-in' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_event_way BEFORE INSERT ON consent_consentevent
    FOR EACH ROW EXECUTE FUNCTION consent_event_demand_way();
ALTER TABLE consent_consentevent ENABLE ALWAYS TRIGGER consent_event_way;
"""


class Migration(migrations.Migration):
    dependencies = [("consent", "0003_carry_over")]

    operations = [
        migrations.AddConstraint(
            model_name="consent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proof", False), models.Q(("given_at__isnull", False), ("text__isnull", False)), _connector="OR"
                ),
                name="consent_proof_names_wording",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proof", False),
                    models.Q(models.Q(("evidence", ""), _negated=True), ("text__isnull", False)),
                    _connector="OR",
                ),
                name="consent_event_proof_names_evidence",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("job", ""), ("recorded_by__isnull", False)),
                    models.Q(("recorded_by__isnull", True), models.Q(("job", ""), _negated=True)),
                    _connector="OR",
                ),
                name="consent_event_one_known_actor",
            ),
        ),
        migrations.AddConstraint(
            model_name="consentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrects__isnull", False), ("kind", "corrected")),
                    models.Q(
                        models.Q(("kind", "corrected"), _negated=True),
                        ("about_at__isnull", True),
                        ("annuls", False),
                        ("corrects__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="consent_event_correction_names_event",
            ),
        ),
        RunSQL(
            sql=LOCKS,
            reverse_sql="""
            DROP FUNCTION consent_refuse_published CASCADE;
            DROP FUNCTION consent_refuse_threshold_change CASCADE;
            """,
        ),
        RunSQL(sql=DOUBLE_OPT_IN, reverse_sql="DROP FUNCTION consent_event_demand_way CASCADE"),
        append_only("consent_evidencefile"),
        append_only("consent_callrecord"),
    ]

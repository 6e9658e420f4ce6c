"""What each permit was released for, and one spelling of a personnel number in the guard of the four eyes."""

from django.db import migrations, models

SAME_NUMBER = """
CREATE OR REPLACE FUNCTION requests_review_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT {reviewer} FROM people_user WHERE id = NEW.reviewer_id)
       = (SELECT {requester} FROM people_user WHERE id = NEW.requester_id) THEN
        RAISE EXCEPTION 'nobody reviews a request of the same person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
WHATEVER_ITS_CASE = dict.fromkeys(("reviewer", "requester"), "upper(trim(person_number))")
EXACTLY = dict.fromkeys(("reviewer", "requester"), "person_number")
# Rules of rule set 1 that a consent in force carries; DEB-02, DEB-03 and SRV-02 only with its proof.
ALWAYS_ON_CONSENT = {"CON-04", "CON-07", "TEL-04", "REC-04"}
ON_PROVEN_CONSENT = {"DEB-02", "DEB-03", "SRV-02"}


def fill(apps, schema_editor):
    """From the decision that granted it: the latest of submission and reviews."""
    records = apps.get_model("requests", "DecisionRecord").objects.filter(stage__in=["submit", "review"])
    for permit in apps.get_model("requests", "Permit").objects.iterator():
        granting = records.filter(request=permit.request_id).order_by("-pk").first()
        if granting is not None:
            permit.accepted_rules = sorted(granting.fired_rules)
            permit.rests_on_consent = _on_consent(granting)
            permit.save(update_fields=["accepted_rules", "rests_on_consent"])


def _on_consent(record):
    fired, facts = set(record.fired_rules), record.facts
    proven = facts["consent_state"] == "active" and facts["consent_proof"]
    return bool(fired & ALWAYS_ON_CONSENT) or bool(proven and fired & ON_PROVEN_CONSENT)


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_ticked_at"), ("requests", "0003_private_account")]

    operations = [
        migrations.AddField(
            model_name="permit",
            name="accepted_rules",
            field=models.JSONField(
                blank=True, default=list, help_text="The rules that asked for a release when it was granted."
            ),
        ),
        migrations.AddField(
            model_name="permit",
            name="rests_on_consent",
            field=models.BooleanField(
                default=False, help_text="A consent carried the contact; without it the permit ends."
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL(SAME_NUMBER.format(**WHATEVER_ITS_CASE), SAME_NUMBER.format(**EXACTLY)),
    ]

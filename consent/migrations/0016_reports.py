"""Withdrawals by week, for the reports. Built beside the running portal, so that no table is held."""

from django.db import migrations, models

CREATE = """
CREATE INDEX CONCURRENTLY consent_event_withdrawn ON consent_consentevent (at) WHERE kind = 'withdrawn'
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("consent", "0015_proof_has_an_end")]

    operations = [
        migrations.RunSQL(
            CREATE,
            "DROP INDEX CONCURRENTLY consent_event_withdrawn",
            state_operations=[
                migrations.AddIndex(
                    model_name="consentevent",
                    index=models.Index(
                        condition=models.Q(("kind", "withdrawn")), fields=["at"], name="consent_event_withdrawn"
                    ),
                ),
            ],
        ),
    ]

"""Withdrawals by week, for the reports. Built beside the running portal, so that no table is held."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("consent", "0015_proof_has_an_end")]

    operations = [
        AddIndexConcurrently(
            "consentevent",
            models.Index(condition=models.Q(("kind", "withdrawn")), fields=["at"], name="consent_event_withdrawn"),
        ),
    ]

"""Addresses of one channel, for the reports. Built beside the running portal, so that no table is held."""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("customers", "0011_restrictions_have_an_end")]

    operations = [
        # Not AddIndexConcurrently: asked for its SQL inside of a test, it refuses to be in a transaction.
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY contact_point_of_channel ON customers_contactpoint (channel, id)",
            "DROP INDEX CONCURRENTLY contact_point_of_channel",
            state_operations=[
                migrations.AddIndex(
                    model_name="contactpoint",
                    index=models.Index(fields=["channel", "id"], name="contact_point_of_channel"),
                )
            ],
        )
    ]

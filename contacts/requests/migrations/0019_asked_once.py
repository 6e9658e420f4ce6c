"""A page that asks about several customers asks about each once, however often it is sent. The index is built beside
the running portal, so that the table is not held."""

from django.db import migrations, models

ONCE = models.UniqueConstraint(
    condition=models.Q(("once__isnull", False)), fields=("requester", "once", "customer"), name="request_once"
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("requests", "0018_reports")]

    operations = [
        migrations.AddField(
            model_name="contactrequest",
            name="once",
            field=models.UUIDField(
                blank=True,
                editable=False,
                help_text="A page that is sent twice asks once about each customer.",
                null=True,
            ),
        ),
        migrations.RunSQL(
            "CREATE UNIQUE INDEX CONCURRENTLY request_once"
            " ON requests_contactrequest (requester_id, once, customer_id) WHERE once IS NOT NULL",
            "DROP INDEX CONCURRENTLY request_once",
            state_operations=[migrations.AddConstraint(model_name="contactrequest", constraint=ONCE)],
        ),
    ]

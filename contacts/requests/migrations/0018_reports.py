"""Requests, decisions, permits and contacts by their time, for the reports. Built beside the running portal, so that no
table is held."""

from django.db import migrations, models

CLOSED = models.Q(("closed_at__isnull", False))
INDEXES = {
    "contact": models.Index(fields=["logged_at"], name="contact_logged"),
    "contactrequest": models.Index(condition=CLOSED, fields=["closed_at"], name="request_closed"),
    "permit": models.Index(fields=["valid_until"], name="permit_until"),
    "review": models.Index(fields=["at"], name="review_at"),
}


def beside(model: str, index: models.Index) -> migrations.RunSQL:
    where = " WHERE closed_at IS NOT NULL" if index.condition else ""
    return migrations.RunSQL(
        f"CREATE INDEX CONCURRENTLY {index.name} ON requests_{model} ({index.fields[0]}){where}",
        f"DROP INDEX CONCURRENTLY {index.name}",
        state_operations=[migrations.AddIndex(model_name=model, index=index)],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("requests", "0017_requests_have_an_end")]

    operations = [beside(model, index) for model, index in INDEXES.items()]

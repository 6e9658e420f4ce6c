"""Requests, decisions, permits and contacts by their time, for the reports. Built beside the running portal, so that no
table is held."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("requests", "0017_requests_have_an_end")]

    operations = [
        AddIndexConcurrently("contact", models.Index(fields=["logged_at"], name="contact_logged")),
        AddIndexConcurrently(
            "contactrequest",
            models.Index(condition=models.Q(("closed_at__isnull", False)), fields=["closed_at"], name="request_closed"),
        ),
        AddIndexConcurrently("permit", models.Index(fields=["valid_until"], name="permit_until")),
        AddIndexConcurrently("review", models.Index(fields=["at"], name="review_at")),
    ]

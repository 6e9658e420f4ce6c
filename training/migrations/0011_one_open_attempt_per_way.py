"""The refresher and the whole course are two ways: an open attempt on one must not stand in for the other."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("training", "0010_item_sums")]

    operations = [
        migrations.RemoveConstraint(model_name="attempt", name="attempt_one_open"),
        migrations.AddConstraint(
            model_name="attempt",
            constraint=models.UniqueConstraint(
                condition=Q(submitted_at__isnull=True),
                fields=["person", "version", "refresher"],
                name="attempt_one_open",
            ),
        ),
    ]

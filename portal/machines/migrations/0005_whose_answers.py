"""Kept answers name the customer whom they are about, and go with the person. Those of before are about anybody: they are
deleted now instead of within a day. A call that comes again only then is done again, as after that day."""

from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("machines", "0004_confirmed_by_the_person")]

    operations = [
        migrations.RunSQL("DELETE FROM machines_machinecall WHERE keep_until IS NOT NULL", migrations.RunSQL.noop),
        migrations.AddField("machinecall", "customer", models.TextField(blank=True, default="")),
        migrations.AddIndex(
            model_name="machinecall",
            index=models.Index(
                Upper("customer"), condition=models.Q(("customer", ""), _negated=True), name="machine_call_of_customer"
            ),
        ),
    ]

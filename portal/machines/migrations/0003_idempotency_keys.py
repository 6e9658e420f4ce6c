"""Idempotency-Keys beside the numbers of entries: one table of what was done once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("machines", "0002_decisions")]

    operations = [
        migrations.RemoveConstraint(model_name="machinecall", name="machine_call_once"),
        migrations.AlterField("machinecall", "origin", models.CharField(max_length=255)),
        migrations.AlterField("machinecall", "path", models.CharField(max_length=200)),
        migrations.AddField("machinecall", "keep_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            model_name="machinecall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("keep_until__isnull", True)), fields=("token", "origin"), name="machine_call_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="machinecall",
            constraint=models.UniqueConstraint(
                condition=models.Q(("keep_until__isnull", False)),
                fields=("token", "path", "origin"),
                name="machine_call_key_once",
            ),
        ),
        migrations.AddIndex(
            model_name="machinecall",
            index=models.Index(
                condition=models.Q(("keep_until__isnull", False)),
                fields=["keep_until"],
                name="machine_call_to_forget",
            ),
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def end_open_runs(apps, schema_editor):
    """A list that waited under the old way has no matched columns: it is uploaded again, and loses nothing."""
    runs = apps.get_model("customers", "ImportRun").objects.filter(state__in=["waiting", "running"])
    sentence = "The portal was updated while this list waited. Upload it again."
    runs.update(state="failed", summary={"refusal": sentence})


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_objection_by_customer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="check_result",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="importrun",
            name="checked_plan",
            field=models.CharField(blank=True, help_text="Hash of file and mapping that were checked.", max_length=64),
        ),
        migrations.AddField(
            model_name="importrun",
            name="errors_bytes",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="importrun",
            name="source",
            field=models.JSONField(default=dict, help_text="What the file is: header, sheet or encoding, rows."),
        ),
        migrations.AddField(
            model_name="importrun",
            name="kind",
            field=models.CharField(default="customers", max_length=20, verbose_name="what is imported"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="mapping",
            field=models.JSONField(
                default=list, help_text="The field of each column, in the order of the file; '' = none."
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="seconds_spent",
            field=models.FloatField(default=0, help_text="Working time of this phase, for the estimate."),
        ),
        migrations.AddField(
            model_name="importrun",
            name="stop_asked",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("mapping", "Columns to be matched"),
                    ("to_check", "Waiting to be checked"),
                    ("checking", "Being checked"),
                    ("checked", "Checked, not imported yet"),
                    ("waiting", "Waiting for the worker"),
                    ("running", "Running"),
                    ("stopped", "Stopped"),
                    ("done", "Finished"),
                    ("failed", "Refused"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                ],
                default="mapping",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.CreateModel(
            name="ImportChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField()),
                ("what", models.CharField(max_length=20)),
                ("customer_id", models.BigIntegerField()),
                ("object_id", models.BigIntegerField(blank=True, null=True)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("undone", "Undone"), ("partly", "Partly undone"), ("kept", "Kept")],
                        max_length=6,
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=20)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="customers.importrun"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["run", "outcome", "id"], name="import_change_open")],
            },
        ),
        migrations.CreateModel(
            name="ImportMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("signature", models.CharField(max_length=64)),
                ("fields", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "signature"), name="import_mapping_once")],
            },
        ),
        migrations.RunPython(end_open_runs, migrations.RunPython.noop),
    ]

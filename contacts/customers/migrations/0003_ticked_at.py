"""When something about a customer last changed; time zones and languages that everything else can read."""

from zoneinfo import available_timezones

from django.db import migrations, models

import contacts.customers.models


def mend(apps, schema_editor):
    """A zone or language that nobody knows stopped every answer about its customer: the default takes its place."""
    customers = apps.get_model("customers", "Customer").objects
    customers.exclude(timezone__in=available_timezones()).update(timezone="Europe/Berlin")
    customers.exclude(language__in=["de", "en"]).update(language="de")


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_import_run")]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="ticked_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="The latest instant at which something about this person changed; no later act lies before it.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="customer",
            name="language",
            field=models.CharField(
                choices=[("de", "German"), ("en", "English")], default="de", max_length=2, verbose_name="language"
            ),
        ),
        migrations.AlterField(
            model_name="customer",
            name="timezone",
            field=models.CharField(
                default="Europe/Berlin",
                max_length=40,
                validators=[contacts.customers.models.validate_time_zone],
                verbose_name="time zone",
            ),
        ),
        migrations.RunPython(mend, migrations.RunPython.noop),
    ]

"""The table of the cache, which holds the limits of the sign-in: without it nobody could sign in."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    """A table that is there already stays as it is."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]

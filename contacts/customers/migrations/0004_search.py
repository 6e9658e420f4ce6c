"""Search by parts of names and of e-mail addresses, and by any address, without reading every row."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_ticked_at")]

    operations = [
        TrigramExtension(),
        migrations.AddIndex(
            model_name="customer",
            index=GinIndex(
                OpClass(Upper("last_name"), name="gin_trgm_ops"),
                OpClass(Upper("first_name"), name="gin_trgm_ops"),
                OpClass(Upper("company"), name="gin_trgm_ops"),
                name="customer_by_part_of_name",
            ),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["normalised"], name="contact_point_by_address"),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=GinIndex(
                condition=models.Q(("channel", "email")),
                fields=["normalised"],
                name="contact_point_by_mail_part",
                opclasses=["gin_trgm_ops"],
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_signed_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="first_visit",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="first visit"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_signed_in"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="first_visit",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="first visit"),
        ),
    ]

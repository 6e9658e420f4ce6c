from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0004_authoring")]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="rule",
            field=models.CharField(
                blank=True,
                choices=[
                    ("everybody", "Everybody"),
                    ("new_joiner", "Everybody who joins"),
                    ("messenger", "Whoever wants to use messengers or social networks"),
                ],
                max_length=20,
                verbose_name="rule",
            ),
        ),
    ]

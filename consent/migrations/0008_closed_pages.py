from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0007_erasure")]

    operations = [
        migrations.CreateModel(
            name="ClosedPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("closed_at", models.DateTimeField()),
            ],
        ),
    ]

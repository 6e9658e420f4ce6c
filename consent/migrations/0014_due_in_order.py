from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0013_wordings_of_earlier")]

    operations = [
        migrations.RemoveIndex(model_name="consent", name="consent_due"),
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("next_change_at__isnull", False)),
                fields=["next_change_at", "id"],
                name="consent_due_in_order",
            ),
        ),
    ]

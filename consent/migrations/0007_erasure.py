import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Consents end with the erasure of their customer, and what customers ask about their data stands where an erasure
    finds it."""

    dependencies = [
        ("customers", "0006_erased_stay_empty"),
        ("consent", "0006_origin_of_standing_entries"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consentevent",
            name="how",
            field=models.CharField(
                choices=[
                    ("web_form", "Web form"),
                    ("double_opt_in", "Double opt-in"),
                    ("paper", "On paper"),
                    ("spoken", "Spoken"),
                    ("written", "In writing"),
                    ("imported", "From an earlier system"),
                    ("clock", "Passage of time"),
                    ("contact", "During a contact"),
                    ("preferences", "On the customer's own page"),
                    ("one_click", "Unsubscribe button of the mail program"),
                    ("api", "Through another system"),
                    ("erasure", "With the erasure of the customer"),
                ],
                max_length=15,
                verbose_name="how",
            ),
        ),
        migrations.CreateModel(
            name="DataWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("copy", "A copy of my data"),
                            ("correction", "Something is wrong: please correct it"),
                            ("erasure", "Please erase my data"),
                            ("other", "Another question"),
                        ],
                        max_length=12,
                    ),
                ),
                ("message", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
            ],
        ),
    ]

import django.core.validators
from django.db import migrations, models

BOUND = [django.core.validators.MaxLengthValidator(40000)]


class Migration(migrations.Migration):
    dependencies = [("training", "0005_rule_everybody")]

    operations = [
        migrations.AlterField(
            model_name="lesson",
            name="body_de",
            field=models.TextField(blank=True, validators=BOUND, verbose_name="text (German)"),
        ),
        migrations.AlterField(
            model_name="lesson",
            name="body_en",
            field=models.TextField(blank=True, validators=BOUND, verbose_name="text (English)"),
        ),
        migrations.AddConstraint(
            model_name="courseversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "recert_window_days__lt",
                        models.expressions.CombinedExpression(models.F("validity_months"), "*", models.Value(28)),
                    )
                ),
                name="course_version_window_within_validity",
                violation_error_message="The days before the end in which a pass loses no days must be fewer than "
                "those a certificate is valid.",
            ),
        ),
    ]

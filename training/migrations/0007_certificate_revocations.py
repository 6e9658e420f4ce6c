import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.database import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0006_bounds_of_lessons_and_windows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateRevocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        help_text="What was wrong with it; the person reads this.",
                        max_length=300,
                        verbose_name="reason",
                    ),
                ),
                ("revoked_at", models.DateTimeField()),
                (
                    "certificate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revocation",
                        to="training.certificate",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="certificate_revocation_reason"
                    )
                ],
            },
        ),
        append_only("training_certificaterevocation"),
    ]

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("consent", "0012_sign_ups_keep_their_end")]

    operations = [
        migrations.AddField("consenttext", "valid_until", models.DateTimeField("in use until", null=True, blank=True)),
        migrations.AddField(
            "consenttext", "source_note", models.CharField("where it comes from", max_length=300, blank=True)
        ),
        migrations.AddConstraint(
            "consenttext",
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True, source_note="")
                | Q(valid_until__isnull=False, valid_until__gt=F("valid_from"), valid_until__lte=F("published_at"))
                & ~Q(source_note=""),
                name="consent_text_earlier_whole",
            ),
        ),
    ]

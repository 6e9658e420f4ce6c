from django.db import migrations, models
from django.db.models import F, Q

from consent import rules


def promise_what_the_mails_said(apps, schema_editor):
    """The end under the thresholds that were in force when each sign-up was made."""
    settings = apps.get_model("consent", "ThresholdSetting").objects.all()
    names = ("stale_after_months_unused", "expired_after_months_unused", "doi_ttl_days")
    book = rules.ThresholdBook(
        tuple(
            rules.ThresholdRow(
                one.purpose, one.channel, one.valid_from, rules.Thresholds(*(getattr(one, name) for name in names))
            )
            for one in settings
        )
    )
    opt_ins = apps.get_model("consent", "OptIn")
    for row in opt_ins.objects.iterator():
        ends_at = rules.doi_ends_at(row.requested_at, book.at(row.purpose, row.channel, row.requested_at))
        opt_ins.objects.filter(pk=row.pk).update(ends_at=ends_at)


class Migration(migrations.Migration):
    dependencies = [("consent", "0011_a_consent_keeps_its_subject")]

    operations = [
        migrations.AddField("optin", "ends_at", models.DateTimeField(null=True)),
        migrations.RunPython(promise_what_the_mails_said, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField("optin", "ends_at", models.DateTimeField()),
        migrations.AddConstraint(
            "optin", models.CheckConstraint(condition=Q(ends_at__gt=F("requested_at")), name="opt_in_period")
        ),
    ]

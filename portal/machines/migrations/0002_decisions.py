"""Keys that ask whether customers may be contacted, in whose place they ask, and how often each has called."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("machines", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="apitoken",
            name="api_token_scopes_known",
        ),
        migrations.AddField(
            model_name="apitoken",
            name="acts_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asks for",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="calls_in_minute",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="minute",
            field=models.PositiveBigIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("opt-ins:write", "Enter sign-ups, which the customer confirms by mail"),
                        ("withdrawals:write", "Pass on that a customer takes a consent back"),
                        ("objections:write", "Pass on that a customer objects"),
                        ("decisions:write", "Ask whether a customer may be contacted"),
                        ("decisions:read", "Read the answers it got"),
                    ],
                    max_length=30,
                ),
                size=None,
                verbose_name="what it may do",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "scopes__contained_by",
                        ["opt-ins:write", "withdrawals:write", "objections:write", "decisions:write", "decisions:read"],
                    ),
                    models.Q(("scopes", []), _negated=True),
                ),
                name="api_token_scopes_known",
            ),
        ),
    ]

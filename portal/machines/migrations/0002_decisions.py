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
                        ("requests:read", "Read requests and permits"),
                        ("requests:write", "Write requests and hand them in"),
                        ("permits:write", "Use permits and say how a contact went"),
                        ("consents:read", "Read consents, their history and receipts"),
                        ("consents:write", "Enter and withdraw consents"),
                        ("customers:read", "Read customers, their addresses and objections"),
                        ("customers:write", "Enter and change customers and addresses"),
                        ("certificates:read", "Ask whether somebody's training is valid"),
                        ("accounts:read", "Read the company's accounts"),
                        ("accounts:write", "Enter and close company accounts"),
                        ("screenings:write", "Send lists to be checked"),
                        ("screenings:read", "Read checked lists"),
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
                        [
                            "opt-ins:write",
                            "withdrawals:write",
                            "objections:write",
                            "decisions:write",
                            "decisions:read",
                            "requests:read",
                            "requests:write",
                            "permits:write",
                            "consents:read",
                            "consents:write",
                            "customers:read",
                            "customers:write",
                            "certificates:read",
                            "accounts:read",
                            "accounts:write",
                            "screenings:write",
                            "screenings:read",
                        ],
                    ),
                    models.Q(("scopes", []), _negated=True),
                ),
                name="api_token_scopes_known",
            ),
        ),
    ]

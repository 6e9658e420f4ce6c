"""Answers that other systems were given: written once, never changed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.database import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0006_erased_stay_empty"),
        ("machines", "0002_decisions"),
        ("requests", "0011_forgetting"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GivenDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(blank=True, max_length=255, null=True)),
                ("body_digest", models.CharField(max_length=64)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("contract_performance", "Contract: delivery, appointment, repair"),
                            ("service", "Service"),
                            ("inquiry_reply", "Reply to the customer's question"),
                            ("legal_obligation", "Legal duty: recall, breach notice"),
                            ("debt_collection", "Open invoice"),
                            ("satisfaction_survey", "Satisfaction survey"),
                            ("marketing", "Advertising"),
                            ("marketing_similar_products", "Advertising for similar products"),
                            ("event_invitation", "Invitation to an event"),
                            ("winback", "Winning a customer back"),
                            ("goodwill_greeting", "Greeting or congratulation"),
                            ("consent_request", "Asking for consent"),
                            ("doi_confirmation", "Confirming an opt-in"),
                            ("recruitment", "Job offer"),
                            ("private", "Private matter"),
                        ],
                        max_length=30,
                    ),
                ),
                ("draft_sha256", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(help_text="The instant that was asked about.")),
                ("made_at", models.DateTimeField()),
                ("facts", models.JSONField()),
                ("rule_set", models.PositiveIntegerField()),
                ("rule_set_hash", models.CharField(max_length=64)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("allowed", "Allowed"),
                            ("needs_manager_approval", "Approval needed"),
                            ("needs_dpo_approval", "Data protection officer decides"),
                            ("forbidden", "Not allowed"),
                        ],
                        max_length=25,
                    ),
                ),
                ("answer", models.JSONField()),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="requests.companyaccount",
                    ),
                ),
                (
                    "acts_for",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contact_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.contactpoint"
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="machines.apitoken"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("token", "key"), name="given_decision_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("key__isnull", True), models.Q(("key", ""), _negated=True), _connector="OR"
                        ),
                        name="given_decision_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["allowed", "needs_manager_approval", "needs_dpo_approval", "forbidden"])
                        ),
                        name="given_decision_outcome_known",
                    ),
                ],
            },
        ),
        append_only("requests_givendecision"),
    ]

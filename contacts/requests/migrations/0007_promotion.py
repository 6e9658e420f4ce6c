"""Who disputes promotional wording and who agreed: kept for good, by the true requester, with an approval."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from portal.database import append_only

SAID_BY_THE_REQUESTER = """
ALTER TABLE requests_promotiondispute ADD CONSTRAINT promotion_dispute_by_requester
    FOREIGN KEY (request_id, said_by_id) REFERENCES requests_contactrequest (id, requester_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
AGREED_WITH_THE_APPROVAL = """
CREATE FUNCTION requests_promotion_override() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM requests_review r JOIN requests_promotiondispute d ON d.request_id = r.request_id
                   WHERE r.id = NEW.review_id AND d.id = NEW.dispute_id AND r.verdict = 'approved') THEN
        RAISE EXCEPTION 'an override belongs to an approval of the same request' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_promotion_override BEFORE INSERT ON requests_promotionoverride
    FOR EACH ROW EXECUTE FUNCTION requests_promotion_override();
ALTER TABLE requests_promotionoverride ENABLE ALWAYS TRIGGER requests_promotion_override;
"""
NOT_ANY_MORE = """
DROP TRIGGER requests_promotion_override ON requests_promotionoverride;
DROP FUNCTION requests_promotion_override();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0006_routing_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PromotionDispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text_sha256", models.CharField(max_length=64)),
                ("hits", models.JSONField()),
                ("reason", models.TextField(max_length=1000)),
                ("at", models.DateTimeField()),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotion_disputes",
                        to="requests.contactrequest",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="PromotionOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(max_length=1000)),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="requests.promotiondispute",
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="promotion_override",
                        to="requests.review",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="promotiondispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")), name="promotion_dispute_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotiondispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("text_sha256__regex", "^[0-9a-f]{64}$")), name="promotion_dispute_of_text"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotiondispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("hits", []), _negated=True), name="promotion_dispute_of_hits"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotionoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__regex", "\\S")), name="promotion_override_has_reason"
            ),
        ),
        migrations.RunSQL(
            SAID_BY_THE_REQUESTER,
            "ALTER TABLE requests_promotiondispute DROP CONSTRAINT promotion_dispute_by_requester;",
        ),
        migrations.RunSQL(AGREED_WITH_THE_APPROVAL, NOT_ANY_MORE),
        append_only("requests_promotiondispute"),
        append_only("requests_promotionoverride"),
    ]

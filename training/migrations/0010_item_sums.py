"""Item statistics become sums per question. The rows there were are deleted, not added up: each could be led back to an
attempt, and so to a person, by version, ordinal and total score, and they counted attempts instead of people."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

# Sums only grow. Nothing is taken out of them, so that nobody finds an attempt by a difference that is written down.
SUM_GROWS = """
CREATE FUNCTION training_item_sum_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR NEW.version_id <> OLD.version_id OR NEW.question_key <> OLD.question_key
       OR NEW.counted < OLD.counted OR NEW.share < OLD.share THEN
        RAISE EXCEPTION 'item statistics only grow: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_item_sum_grows BEFORE UPDATE OR DELETE ON training_itemsum
    FOR EACH ROW EXECUTE FUNCTION training_item_sum_grows();
CREATE TRIGGER training_itemsum_no_truncate BEFORE TRUNCATE ON training_itemsum
    FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_change();
ALTER TABLE training_itemsum ENABLE ALWAYS TRIGGER training_item_sum_grows;
ALTER TABLE training_itemsum ENABLE ALWAYS TRIGGER training_itemsum_no_truncate;
"""
SUM_FREE = """
DROP TRIGGER training_itemsum_no_truncate ON training_itemsum;
DROP FUNCTION training_item_sum_grows CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0009_more_time_without_reason")]

    operations = [
        migrations.DeleteModel(name="ItemStat"),
        migrations.CreateModel(
            name="ItemSum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question_key", models.CharField(max_length=80)),
                ("counted", models.PositiveIntegerField(default=0)),
                ("share", models.PositiveBigIntegerField(default=0)),
                ("compared", models.PositiveIntegerField(default=0)),
                ("compared_share", models.PositiveBigIntegerField(default=0)),
                ("share_squares", models.PositiveBigIntegerField(default=0)),
                ("rest", models.PositiveBigIntegerField(default=0)),
                ("rest_squares", models.PositiveBigIntegerField(default=0)),
                ("products", models.PositiveBigIntegerField(default=0)),
                ("picks", models.JSONField(blank=True, default=dict)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item_sums",
                        to="training.courseversion",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=["version", "question_key"], name="item_sum_once_per_question"),
                    models.CheckConstraint(
                        condition=Q(compared__lte=F("counted")), name="item_sum_compared_is_counted"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SUM_GROWS, SUM_FREE),
    ]

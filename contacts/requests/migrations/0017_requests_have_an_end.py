"""Requests and decisions may go three years after the end of their year (law.md section 7); sums remain."""

from django.db import migrations, models

from portal.database import lets_go

# By what nobody can change: the decisions, the end of the permit, the contacts made.
OVER = """
CREATE FUNCTION requests_case_is_over(which bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT r.state NOT IN ('with_manager', 'with_dpo') AND retention_year_end_passed(r.created_at, 3)
       AND NOT retention_held(r.customer_id, r.id)
       AND NOT EXISTS (SELECT FROM requests_decisionrecord d
                       WHERE d.request_id = r.id AND NOT retention_year_end_passed(d.at, 3))
       AND NOT EXISTS (SELECT FROM requests_permit p
                       WHERE p.request_id = r.id AND NOT retention_year_end_passed(p.valid_until, 3))
       AND NOT EXISTS (SELECT FROM requests_contact c JOIN requests_permituse u ON u.id = c.use_id
                       JOIN requests_permit p ON p.id = u.permit_id
                       WHERE p.request_id = r.id AND NOT retention_year_end_passed(c.logged_at, 3))
    FROM requests_contactrequest r WHERE r.id = which
$$;
"""
CHANGE = "portal_refuse_change()"
OF_PERMIT = "(SELECT requests_case_is_over(p.request_id) FROM requests_permit p WHERE p.id = {})"
OF_REVIEW = "(SELECT requests_case_is_over(r.request_id) FROM requests_review r WHERE r.id = old.review_id)"
OF_STAGE = "(SELECT requests_case_is_over(s.request_id) FROM requests_reviewstage s WHERE s.id = old.stage_id)"
OF_USE = (
    "(SELECT requests_case_is_over(p.request_id) FROM requests_permituse u JOIN requests_permit p ON p.id = u.permit_id"
    " WHERE u.id = old.use_id)"
)
OF_REQUEST = "requests_case_is_over(old.request_id)"


def words_go(table: str, column: str, over: str):
    return lets_go(table, f"{table}_append_only", f"requests_only_words_go('{column}')", over=over)


class Migration(migrations.Migration):
    dependencies = [("requests", "0016_makers_of_keys"), ("retention", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="YearSum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("purpose", models.CharField(max_length=30)),
                ("channel", models.CharField(max_length=20)),
                ("state", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField()),
            ],
            options={"ordering": ["year", "purpose", "channel", "state"]},
        ),
        migrations.AddConstraint(
            model_name="yearsum",
            constraint=models.UniqueConstraint(fields=["year", "purpose", "channel", "state"], name="year_sum_once"),
        ),
        migrations.RunSQL(OVER, "DROP FUNCTION requests_case_is_over(bigint);"),
        lets_go("requests_decisionrecord", "requests_decisionrecord_append_only", CHANGE, over=OF_REQUEST),
        lets_go("requests_permituse", "requests_permituse_append_only", CHANGE, over=OF_PERMIT.format("old.permit_id")),
        lets_go(
            "requests_permit",
            "requests_permit_bound",
            "requests_permit_bound()",
            over=OF_REQUEST,
            others="INSERT OR UPDATE",
        ),
        lets_go(
            "requests_afterreview",
            "requests_after_review_once",
            "requests_after_review_once()",
            over=OF_REQUEST,
            others="INSERT OR UPDATE",
        ),
        lets_go(
            "requests_proposal",
            "requests_proposal_stays",
            "requests_proposal_stays()",
            over=OF_REVIEW,
            others="INSERT OR UPDATE",
        ),
        lets_go("requests_reviewstage", "requests_stage_only_time", "requests_stage_only_time()", over=OF_REQUEST),
        lets_go("requests_snapshot", "requests_snapshot_stays", "requests_snapshot_stays()", over=OF_REQUEST),
        words_go("requests_comment", "text", OF_REQUEST),
        words_go("requests_review", "reason", OF_REQUEST),
        words_go("requests_reassignment", "reason", OF_STAGE),
        words_go("requests_condition", "words", OF_REVIEW),
        words_go("requests_promotiondispute", "reason", OF_REQUEST),
        words_go("requests_promotionoverride", "reason", OF_REVIEW),
        words_go("requests_contact", "note", OF_USE),
        lets_go(
            "requests_givendecision",
            "requests_givendecision_append_only",
            CHANGE,
            over="retention_year_end_passed(old.made_at, 3) AND NOT retention_held(old.customer_id, NULL)",
        ),
        lets_go(
            "requests_absence",
            "requests_absence_only_ends",
            "requests_absence_only_ends()",
            over="retention_year_end_passed(greatest(old.recorded_at, (old.ends + 1)::timestamptz), 3)",
        ),
    ]

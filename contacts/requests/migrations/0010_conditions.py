"""Approvals under conditions that the permit keeps to, proposals of reviewers; and four eyes to the end of the chain of
deputies, for reviews, for acts looked at afterwards and for handing on."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from portal.database import append_only
from portal.vocabulary import Outcome

OF_AN_APPROVAL = """
CREATE FUNCTION requests_condition_of_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM requests_review WHERE id = NEW.review_id AND verdict = 'approved') THEN
        RAISE EXCEPTION 'a condition belongs to an approval' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM requests_permit p JOIN requests_review r ON r.request_id = p.request_id
               WHERE r.id = NEW.review_id) THEN
        RAISE EXCEPTION 'a condition comes before the permit' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_condition_of_approval BEFORE INSERT ON requests_condition
    FOR EACH ROW EXECUTE FUNCTION requests_condition_of_approval();
ALTER TABLE requests_condition ENABLE ALWAYS TRIGGER requests_condition_of_approval;
"""

# The strictest condition of the submission that was approved binds the permit, whoever writes it.
PERMIT_KEEPS = f"""
CREATE FUNCTION requests_permit_keeps_conditions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last_day date; most integer;
BEGIN
    SELECT min(c.last_day), min(c.most_uses) INTO last_day, most
        FROM requests_condition c JOIN requests_review r ON r.id = c.review_id
        WHERE r.request_id = NEW.request_id
          AND r.round = (SELECT max(round) FROM requests_snapshot WHERE request_id = NEW.request_id);
    IF NEW.valid_until >= ((last_day + 1)::timestamp AT TIME ZONE '{settings.TIME_ZONE}') OR NEW.uses_allowed > most THEN
        RAISE EXCEPTION 'a permit keeps to the conditions of its approvals' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_permit_keeps_conditions BEFORE INSERT OR UPDATE OF valid_until, uses_allowed ON requests_permit
    FOR EACH ROW EXECUTE FUNCTION requests_permit_keeps_conditions();
ALTER TABLE requests_permit ENABLE ALWAYS TRIGGER requests_permit_keeps_conditions;
"""

# As a snapshot: when somebody is forgotten the words go, and nothing else.
PROPOSAL = """
CREATE FUNCTION requests_proposal_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT 1 FROM requests_review WHERE id = NEW.review_id AND verdict = 'changes_asked') THEN
            RAISE EXCEPTION 'a proposal belongs to changes asked for' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.draft_text = ''
       AND to_jsonb(NEW) - 'draft_text' = to_jsonb(OLD) - 'draft_text' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a proposal stays as it was made: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER requests_proposal_stays BEFORE INSERT OR UPDATE OR DELETE ON requests_proposal
    FOR EACH ROW EXECUTE FUNCTION requests_proposal_stays();
CREATE TRIGGER requests_proposal_no_truncate BEFORE TRUNCATE ON requests_proposal
    FOR EACH STATEMENT EXECUTE FUNCTION requests_proposal_stays();
ALTER TABLE requests_proposal ENABLE ALWAYS TRIGGER requests_proposal_stays;
ALTER TABLE requests_proposal ENABLE ALWAYS TRIGGER requests_proposal_no_truncate;
"""

# Who may not judge: who asks, who wrote the text, and whoever could stand in for them on a day of the submission, over
# any number of deputies (`routing.people.standing_in_for` says the same). Numbers in one spelling, days as in the office.
BARRED = f"""
CREATE FUNCTION requests_barred(who bigint, asked bigint, acting timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    WITH RECURSIVE
    own AS (SELECT upper(trim(u.person_number)) AS number, u.id = r.requester_id AS asks,
                   (coalesce(r.submitted_at, acting) AT TIME ZONE '{settings.TIME_ZONE}')::date AS since
            FROM requests_contactrequest r JOIN people_user u ON u.id IN (r.requester_id, r.edited_by_id)
            WHERE r.id = asked),
    away AS (SELECT upper(trim(p.person_number)) AS person, upper(trim(d.person_number)) AS deputy, a.starts,
                    least(a.ends, (a.back_at AT TIME ZONE '{settings.TIME_ZONE}')::date) AS ends
             FROM requests_absence a JOIN people_user p ON p.id = a.person_id JOIN people_user d ON d.id = a.deputy_id
             WHERE a.starts <= (acting AT TIME ZONE '{settings.TIME_ZONE}')::date),
    chain(number, starts, ends) AS (
        SELECT a.deputy, greatest(a.starts, o.since), a.ends FROM own o JOIN away a ON a.person = o.number
            WHERE greatest(a.starts, o.since) <= a.ends
        UNION
        SELECT a.deputy, greatest(c.starts, a.starts), least(c.ends, a.ends) FROM chain c JOIN away a
            ON a.person = c.number WHERE greatest(c.starts, a.starts) <= least(c.ends, a.ends)),
    me AS (SELECT upper(trim(person_number)) AS number FROM people_user WHERE id = who)
    SELECT CASE
        WHEN EXISTS (SELECT 1 FROM own JOIN me USING (number) WHERE asks) THEN 'nobody reviews a request of the same person'
        WHEN EXISTS (SELECT 1 FROM own JOIN me USING (number)) THEN 'nobody reviews a text of the same person'
        WHEN EXISTS (SELECT 1 FROM chain JOIN me USING (number)) THEN 'nobody reviews for whom they stand in'
    END
$$;
CREATE FUNCTION requests_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE why text;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'requests_review' THEN why := requests_barred(NEW.reviewer_id, NEW.request_id, NEW.at);
        WHEN 'requests_afterreview' THEN why := requests_barred(NEW.reviewer_id, NEW.request_id, NEW.reviewed_at);
        WHEN 'requests_reassignment' THEN
            SELECT coalesce(requests_barred(NEW.to_id, s.request_id, NEW.at),
                            requests_barred(NEW.by_id, s.request_id, NEW.at)) INTO why
                FROM requests_reviewstage s WHERE s.id = NEW.stage_id;
    END CASE;
    IF why IS NOT NULL THEN
        RAISE EXCEPTION '%', why USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_review_four_eyes_chain BEFORE INSERT ON requests_review
    FOR EACH ROW EXECUTE FUNCTION requests_four_eyes();
CREATE TRIGGER requests_reassignment_four_eyes BEFORE INSERT ON requests_reassignment
    FOR EACH ROW EXECUTE FUNCTION requests_four_eyes();
CREATE TRIGGER requests_after_review_chain BEFORE INSERT OR UPDATE OF reviewer_id ON requests_afterreview
    FOR EACH ROW WHEN (NEW.reviewer_id IS NOT NULL) EXECUTE FUNCTION requests_four_eyes();
ALTER TABLE requests_review ENABLE ALWAYS TRIGGER requests_review_four_eyes_chain;
ALTER TABLE requests_reassignment ENABLE ALWAYS TRIGGER requests_reassignment_four_eyes;
ALTER TABLE requests_afterreview ENABLE ALWAYS TRIGGER requests_after_review_chain;
"""
UNBARRED = """
DROP TRIGGER requests_review_four_eyes_chain ON requests_review;
DROP TRIGGER requests_reassignment_four_eyes ON requests_reassignment;
DROP TRIGGER requests_after_review_chain ON requests_afterreview;
DROP FUNCTION requests_four_eyes();
DROP FUNCTION requests_barred(bigint, bigint, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0009_inbox")]

    operations = [
        migrations.CreateModel(
            name="Condition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_day", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "most_uses",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="at most so many contacts"),
                ),
                ("words", models.TextField(blank=True, max_length=1000, verbose_name="condition in words")),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="condition",
                        to="requests.review",
                    ),
                ),
            ],
            options={"ordering": ["review"]},
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("draft_text", models.TextField(blank=True, max_length=5000)),
                ("changes", models.JSONField(help_text="Which of address, account and text are different.")),
                (
                    "outcome",
                    models.CharField(choices=Outcome.choices, help_text="What the rules said about it.", max_length=25),
                ),
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
                    "contact_point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.contactpoint",
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="requests.review",
                    ),
                ),
            ],
            options={"ordering": ["review"]},
        ),
        migrations.AddField(
            model_name="permit",
            name="rules_until",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="The longest that the rules gave; reviewers give less.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.CheckConstraint(
                condition=Q(last_day__isnull=False) | Q(most_uses__isnull=False) | Q(words__regex=r"\S"),
                name="condition_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.CheckConstraint(
                condition=Q(most_uses__isnull=True) | Q(most_uses__gte=1), name="condition_leaves_a_use"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(condition=~Q(changes=[]), name="proposal_changes_something"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(condition=~Q(outcome="forbidden"), name="proposal_never_forbidden"),
        ),
        migrations.AddConstraint(
            model_name="permit",
            constraint=models.CheckConstraint(
                condition=Q(rules_until__isnull=True) | Q(valid_until__lte=F("rules_until")), name="permit_never_laxer"
            ),
        ),
        append_only("requests_condition"),
        migrations.RunSQL(
            OF_AN_APPROVAL,
            "DROP TRIGGER requests_condition_of_approval ON requests_condition;"
            "DROP FUNCTION requests_condition_of_approval();",
        ),
        migrations.RunSQL(
            PERMIT_KEEPS,
            "DROP TRIGGER requests_permit_keeps_conditions ON requests_permit;"
            "DROP FUNCTION requests_permit_keeps_conditions();",
        ),
        migrations.RunSQL(PROPOSAL, "DROP FUNCTION requests_proposal_stays() CASCADE;"),
        migrations.RunSQL(BARRED, UNBARRED),
    ]

"""What the database itself refuses about routes and verdicts, the table that counts where nobody has made another one,
and the stages of what waits already."""

from datetime import UTC, datetime, timedelta

from django.db import migrations

from portal.database import append_only

SINCE_EVER = datetime(2015, 1, 1, tzinfo=UTC)

# Table and rules as they are in contacts.requests.routing.table.DEFAULT (a test keeps them equal).
LINE_MANAGER = {"who": "line_manager", "person": None, "role": "", "quorum": "any", "count": 1}
OFFICER = {"who": "dpo", "person": None, "role": "", "quorum": "any", "count": 1}
DEFAULT = (
    (["needs_dpo_approval"], [LINE_MANAGER, OFFICER]),
    ([], [LINE_MANAGER]),
)

FOUR_EYES = """
CREATE OR REPLACE FUNCTION requests_review_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE me text; editor text;
BEGIN
    SELECT upper(trim(person_number)) INTO me FROM people_user WHERE id = NEW.reviewer_id;
    IF me = (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.requester_id) THEN
        RAISE EXCEPTION 'nobody reviews a request of the same person' USING ERRCODE = 'check_violation';
    END IF;
    SELECT upper(trim(u.person_number)) INTO editor FROM requests_contactrequest r
        JOIN people_user u ON u.id = r.edited_by_id WHERE r.id = NEW.request_id;
    IF me = editor THEN
        RAISE EXCEPTION 'nobody reviews a text of the same person' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM requests_review v JOIN people_user u ON u.id = v.reviewer_id
               WHERE v.request_id = NEW.request_id AND v.round = NEW.round AND upper(trim(u.person_number)) = me) THEN
        RAISE EXCEPTION 'review_once_per_person: two verdicts are two people''s' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
FOUR_EYES_BEFORE = """
CREATE OR REPLACE FUNCTION requests_review_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.reviewer_id)
       = (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.requester_id) THEN
        RAISE EXCEPTION 'nobody reviews a request of the same person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# No more verdicts than a stage needs, and none after a refusal; the stage's row makes two of them wait for each other.
QUORUM = """
CREATE FUNCTION requests_review_quorum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted integer;
BEGIN
    IF NEW.step_id IS NULL THEN
        IF EXISTS (SELECT 1 FROM requests_review
                   WHERE request_id = NEW.request_id AND stage = NEW.stage AND round = NEW.round) THEN
            RAISE EXCEPTION 'review_quorum: this stage is decided' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT needed INTO wanted FROM requests_reviewstage
        WHERE id = NEW.step_id AND request_id = NEW.request_id AND round = NEW.round FOR UPDATE;
    IF wanted IS NULL THEN
        RAISE EXCEPTION 'review_quorum: a verdict names a stage of its own request' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM requests_review
               WHERE request_id = NEW.request_id AND round = NEW.round AND verdict <> 'approved')
       OR (SELECT count(*) FROM requests_review WHERE step_id = NEW.step_id) >= wanted THEN
        RAISE EXCEPTION 'review_quorum: this stage is decided' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_review_quorum BEFORE INSERT ON requests_review
    FOR EACH ROW EXECUTE FUNCTION requests_review_quorum();
ALTER TABLE requests_review ENABLE ALWAYS TRIGGER requests_review_quorum;
"""

# What was handed in stays as its reviewers see it. Only the words may be blanked, when somebody is forgotten.
HANDED_IN = """
CREATE FUNCTION requests_handed_in_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (
        (OLD.requester_id, OLD.customer_id, OLD.contact_point_id, OLD.account_id, OLD.private_account, OLD.purpose,
         OLD.special_category, OLD.automated_call, OLD.sender_clear, OLD.caller_id_shown, OLD.opt_out_included,
         OLD.own_similar_products, OLD.presumed_consent, OLD.urgency, OLD.planned_at, OLD.edited_by_id)
        IS DISTINCT FROM
        (NEW.requester_id, NEW.customer_id, NEW.contact_point_id, NEW.account_id, NEW.private_account, NEW.purpose,
         NEW.special_category, NEW.automated_call, NEW.sender_clear, NEW.caller_id_shown, NEW.opt_out_included,
         NEW.own_similar_products, NEW.presumed_consent, NEW.urgency, NEW.planned_at, NEW.edited_by_id)
        OR (NEW.draft_text <> OLD.draft_text AND NEW.draft_text <> '')) THEN
        RAISE EXCEPTION 'what was handed in stays as it was read' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_handed_in_stays BEFORE UPDATE ON requests_contactrequest
    FOR EACH ROW EXECUTE FUNCTION requests_handed_in_stays();
ALTER TABLE requests_contactrequest ENABLE ALWAYS TRIGGER requests_handed_in_stays;
"""

PUBLISHED = """
CREATE UNIQUE INDEX routing_one_draft ON requests_routingtable ((true)) WHERE published_at IS NULL;
CREATE FUNCTION requests_routing_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' OR OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published routing table stays as it is: % is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER requests_routing_locked BEFORE UPDATE OR DELETE ON requests_routingtable
    FOR EACH ROW EXECUTE FUNCTION requests_routing_published();
CREATE TRIGGER requests_routing_no_truncate BEFORE TRUNCATE ON requests_routingtable
    FOR EACH STATEMENT EXECUTE FUNCTION requests_routing_published();
ALTER TABLE requests_routingtable ENABLE ALWAYS TRIGGER requests_routing_locked;
ALTER TABLE requests_routingtable ENABLE ALWAYS TRIGGER requests_routing_no_truncate;

CREATE FUNCTION requests_routing_rule_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE'
       OR (TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM requests_routingtable
                                         WHERE id = OLD.table_id AND published_at IS NOT NULL))
       OR (TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM requests_routingtable
                                         WHERE id = NEW.table_id AND published_at IS NOT NULL)) THEN
        RAISE EXCEPTION 'a published routing table stays as it is: % is refused', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER requests_routing_rule_locked BEFORE INSERT OR UPDATE OR DELETE ON requests_routingrule
    FOR EACH ROW EXECUTE FUNCTION requests_routing_rule_published();
CREATE TRIGGER requests_routing_rule_no_truncate BEFORE TRUNCATE ON requests_routingrule
    FOR EACH STATEMENT EXECUTE FUNCTION requests_routing_rule_published();
ALTER TABLE requests_routingrule ENABLE ALWAYS TRIGGER requests_routing_rule_locked;
ALTER TABLE requests_routingrule ENABLE ALWAYS TRIGGER requests_routing_rule_no_truncate;
"""

# A stage moves on in time, and is otherwise what the table said; an absence ends early, and is otherwise as recorded.
ONLY_TIME = """
CREATE FUNCTION requests_stage_only_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL
       AND to_jsonb(NEW) - ARRAY['needed', 'since', 'due_at', 'ended_at', 'escalated_at']
         = to_jsonb(OLD) - ARRAY['needed', 'since', 'due_at', 'ended_at', 'escalated_at'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a stage stays as it was handed in: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER requests_stage_only_time BEFORE UPDATE OR DELETE ON requests_reviewstage
    FOR EACH ROW EXECUTE FUNCTION requests_stage_only_time();
ALTER TABLE requests_reviewstage ENABLE ALWAYS TRIGGER requests_stage_only_time;

CREATE FUNCTION requests_absence_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.back_at IS NULL AND to_jsonb(NEW) - 'back_at' = to_jsonb(OLD) - 'back_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an absence stays as it was recorded: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER requests_absence_only_ends BEFORE UPDATE OR DELETE ON requests_absence
    FOR EACH ROW EXECUTE FUNCTION requests_absence_only_ends();
ALTER TABLE requests_absence ENABLE ALWAYS TRIGGER requests_absence_only_ends;
"""

AFTER_REVIEW = """
CREATE FUNCTION requests_after_review_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.verdict <> '') THEN
        RAISE EXCEPTION 'what was decided afterwards stays: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.reviewer_id IS NOT NULL
       AND (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.reviewer_id)
         = (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.requester_id) THEN
        RAISE EXCEPTION 'nobody reviews an act of the same person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_after_review_once BEFORE INSERT OR UPDATE OR DELETE ON requests_afterreview
    FOR EACH ROW EXECUTE FUNCTION requests_after_review_once();
ALTER TABLE requests_afterreview ENABLE ALWAYS TRIGGER requests_after_review_once;
ALTER TABLE requests_afterreview ADD CONSTRAINT after_review_names_true_requester
    FOREIGN KEY (request_id, requester_id) REFERENCES requests_contactrequest (id, requester_id)
    DEFERRABLE INITIALLY DEFERRED;
"""

# Evidence of what was read. When somebody is forgotten the words go; that they were these the hash still tells.
SNAPSHOT = """
CREATE FUNCTION requests_snapshot_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.content = '{}'::jsonb AND to_jsonb(NEW) - 'content' = to_jsonb(OLD) - 'content' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a snapshot stays as it was read: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER requests_snapshot_stays BEFORE UPDATE OR DELETE ON requests_snapshot
    FOR EACH ROW EXECUTE FUNCTION requests_snapshot_stays();
CREATE TRIGGER requests_snapshot_no_truncate BEFORE TRUNCATE ON requests_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION requests_snapshot_stays();
ALTER TABLE requests_snapshot ENABLE ALWAYS TRIGGER requests_snapshot_stays;
ALTER TABLE requests_snapshot ENABLE ALWAYS TRIGGER requests_snapshot_no_truncate;
"""


def ship_default(apps, schema_editor):
    """Version 1: the line manager; after that the data protection officer where the rules ask for one."""
    tables = apps.get_model("requests", "RoutingTable")
    rules = apps.get_model("requests", "RoutingRule")
    reason = "Shipped with the portal."
    table = tables.objects.create(version=1, created_at=SINCE_EVER, reason=reason, valid_from=SINCE_EVER)
    rules.objects.bulk_create(
        rules(table=table, position=place, outcomes=outcomes, steps=steps)
        for place, (outcomes, steps) in enumerate(DEFAULT, 1)
    )
    tables.objects.filter(pk=table.pk).update(published_at=SINCE_EVER)


def give_stages(apps, schema_editor):
    """What waits already goes on: the stage it is in, and the officer's after it where the rules asked for one."""
    requests = apps.get_model("requests", "ContactRequest")
    stages = apps.get_model("requests", "ReviewStage")
    records = apps.get_model("requests", "DecisionRecord")
    table = apps.get_model("requests", "RoutingTable").objects.get(version=1)
    for one in requests.objects.filter(state__in=["with_manager", "with_dpo"]).iterator():
        number = records.objects.filter(request=one, stage="submit").count()
        values = {"request": one, "round": number, "table": table}
        here = LINE_MANAGER if one.state == "with_manager" else OFFICER
        days = 1 if one.state == "with_manager" else 2
        since = one.waiting_since
        stages.objects.create(position=0, step=here, since=since, due_at=since + timedelta(days=days), **values)
        if one.state == "with_manager" and one.outcome == "needs_dpo_approval":
            stages.objects.create(position=1, step=OFFICER, **values)


class Migration(migrations.Migration):
    dependencies = [("requests", "0005_routing")]

    operations = [
        migrations.RunSQL(FOUR_EYES, FOUR_EYES_BEFORE),
        migrations.RunSQL(QUORUM, "DROP FUNCTION requests_review_quorum CASCADE;"),
        migrations.RunSQL(HANDED_IN, "DROP FUNCTION requests_handed_in_stays CASCADE;"),
        migrations.RunSQL(
            PUBLISHED,
            "DROP FUNCTION requests_routing_published CASCADE; DROP FUNCTION requests_routing_rule_published CASCADE;"
            "DROP INDEX routing_one_draft;",
        ),
        migrations.RunSQL(
            ONLY_TIME,
            "DROP FUNCTION requests_stage_only_time CASCADE; DROP FUNCTION requests_absence_only_ends CASCADE;",
        ),
        migrations.RunSQL(
            AFTER_REVIEW,
            "ALTER TABLE requests_afterreview DROP CONSTRAINT after_review_names_true_requester;"
            "DROP FUNCTION requests_after_review_once CASCADE;",
        ),
        migrations.RunSQL(SNAPSHOT, "DROP FUNCTION requests_snapshot_stays CASCADE;"),
        append_only("requests_comment"),
        append_only("requests_reassignment"),
        migrations.RunPython(ship_default, migrations.RunPython.noop),
        migrations.RunPython(give_stages, migrations.RunPython.noop),
    ]

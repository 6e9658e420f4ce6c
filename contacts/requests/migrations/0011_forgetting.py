"""The words about somebody who is forgotten can go, and nothing else; everything that the rules were asked about stays as
it was handed in; a stage that has begun keeps its time; who proposed a text does not approve it."""

from unicodedata import category

from django.conf import settings
from django.db import migrations

# As `contacts.requests.services.erasing`: what stands where words were, and where words about somebody stand.
GONE = "[…]"
WORDS = (
    ("ContactRequest", "presumed_consent", "customer"),
    ("Comment", "text", "request__customer"),
    ("Review", "reason", "request__customer"),
    ("Reassignment", "reason", "stage__request__customer"),
    ("Condition", "words", "review__request__customer"),
    ("PromotionDispute", "reason", "request__customer"),
    ("PromotionOverride", "reason", "review__request__customer"),
    ("AfterReview", "reason", "request__customer"),
    ("Contact", "note", "use__permit__customer"),
)
LEDGERS = {
    "requests_comment": "text",
    "requests_review": "reason",
    "requests_reassignment": "reason",
    "requests_condition": "words",
    "requests_promotiondispute": "reason",
    "requests_promotionoverride": "reason",
    "requests_contact": "note",
}

# A ledger whose one column of words gives way to a mark. At the end of the transaction the person must be forgotten.
ONLY_WORDS = f"""
CREATE FUNCTION requests_only_words_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) ->> TG_ARGV[0] = '{GONE}'
       AND to_jsonb(NEW) - TG_ARGV[0] = to_jsonb(OLD) - TG_ARGV[0] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION requests_only_of_the_forgotten() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE about bigint; whose bigint;
BEGIN
    CASE TG_TABLE_NAME
        WHEN 'requests_contactrequest' THEN about := NEW.id;
        WHEN 'requests_reassignment' THEN
            SELECT request_id INTO about FROM requests_reviewstage WHERE id = NEW.stage_id;
        WHEN 'requests_condition', 'requests_promotionoverride' THEN
            SELECT request_id INTO about FROM requests_review WHERE id = NEW.review_id;
        WHEN 'requests_contact' THEN
            SELECT p.request_id INTO about FROM requests_permituse u JOIN requests_permit p ON p.id = u.permit_id
                WHERE u.id = NEW.use_id;
        ELSE about := NEW.request_id;
    END CASE;
    SELECT customer_id INTO whose FROM requests_contactrequest WHERE id = about;
    IF NOT EXISTS (SELECT 1 FROM customers_customer WHERE id = whose AND anonymised_at IS NOT NULL) THEN
        RAISE EXCEPTION '% is append-only: its words go only with the person', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
"""


def _follows(table, condition=""):
    return f"""
CREATE CONSTRAINT TRIGGER {table}_of_the_forgotten AFTER UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW {condition} EXECUTE FUNCTION requests_only_of_the_forgotten();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_of_the_forgotten;
"""


def _words_go(table, column):
    return f"""
DROP TRIGGER {table}_append_only ON {table};
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION requests_only_words_go('{column}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only;
{_follows(table)}"""


def _words_stay(table):
    return f"""
DROP TRIGGER {table}_of_the_forgotten ON {table};
DROP TRIGGER {table}_append_only ON {table};
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION portal_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only;
"""


FORGETTING = (
    ONLY_WORDS
    + "".join(_words_go(table, column) for table, column in LEDGERS.items())
    + _follows(
        "requests_contactrequest",
        "WHEN (OLD.state <> 'draft' AND OLD.presumed_consent IS DISTINCT FROM NEW.presumed_consent)",
    )
    + _follows("requests_afterreview", "WHEN (OLD.verdict <> '')")
)
NOTHING_FORGOTTEN = (
    "".join(_words_stay(table) for table in LEDGERS)
    + """
DROP TRIGGER requests_contactrequest_of_the_forgotten ON requests_contactrequest;
DROP TRIGGER requests_afterreview_of_the_forgotten ON requests_afterreview;
DROP FUNCTION requests_only_words_go();
DROP FUNCTION requests_only_of_the_forgotten();
"""
)

# What may still change after a request was handed in is named; everything else, and what is added later, stays.
HANDED_IN = f"""
CREATE OR REPLACE FUNCTION requests_handed_in_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moving text[] := ARRAY['state', 'outcome', 'refusal_reason', 'waiting_since', 'closed_at', 'draft_text',
                               'presumed_consent'];
BEGIN
    IF OLD.state <> 'draft' AND (
        to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
        OR NEW.draft_text NOT IN (OLD.draft_text, '')
        OR NEW.presumed_consent NOT IN (OLD.presumed_consent, '{GONE}')) THEN
        RAISE EXCEPTION 'what was handed in stays as it was read' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
HANDED_IN_BEFORE = """
CREATE OR REPLACE FUNCTION requests_handed_in_stays() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

# The submission at hand is counted as everywhere (`ContactRequest.round`): what waited before there were snapshots has
# none.
PERMIT_KEEPS = """
CREATE OR REPLACE FUNCTION requests_permit_keeps_conditions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last_day date; most integer;
BEGIN
    SELECT min(c.last_day), min(c.most_uses) INTO last_day, most
        FROM requests_condition c JOIN requests_review r ON r.id = c.review_id
        WHERE r.request_id = NEW.request_id
          AND r.round = {round};
    IF NEW.valid_until >= ((last_day + 1)::timestamp AT TIME ZONE '{zone}') OR NEW.uses_allowed > most THEN
        RAISE EXCEPTION 'a permit keeps to the conditions of its approvals' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
ROUND = "(SELECT count(*) FROM requests_decisionrecord WHERE request_id = NEW.request_id AND stage = 'submit')"
ROUND_BEFORE = "(SELECT max(round) FROM requests_snapshot WHERE request_id = NEW.request_id)"

BEGUN = """
CREATE OR REPLACE FUNCTION requests_stage_only_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moving text[] := CASE WHEN TG_OP <> 'UPDATE' THEN '{}' WHEN OLD.since IS NULL
                         THEN ARRAY['needed', 'since', 'due_at', 'ended_at', 'escalated_at']
                         ELSE ARRAY['ended_at', 'escalated_at'] END;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND to_jsonb(NEW) - moving = to_jsonb(OLD) - moving THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a stage stays as it was handed in: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""
BEGUN_BEFORE = """
CREATE OR REPLACE FUNCTION requests_stage_only_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL
       AND to_jsonb(NEW) - ARRAY['needed', 'since', 'due_at', 'ended_at', 'escalated_at']
         = to_jsonb(OLD) - ARRAY['needed', 'since', 'due_at', 'ended_at', 'escalated_at'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a stage stays as it was handed in: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""

AFTER_REVIEW = """
CREATE OR REPLACE FUNCTION requests_after_review_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {forgotten}
    IF TG_OP IN ('DELETE', 'TRUNCATE') OR (TG_OP = 'UPDATE' AND OLD.verdict <> '') THEN
        RAISE EXCEPTION 'what was decided afterwards stays: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.reviewer_id IS NOT NULL
       AND (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.reviewer_id)
         = (SELECT upper(trim(person_number)) FROM people_user WHERE id = NEW.requester_id) THEN
        RAISE EXCEPTION 'nobody reviews an act of the same person' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
FORGOTTEN = f"""
    IF TG_OP = 'UPDATE' THEN
        IF OLD.verdict <> '' AND NEW.reason = '{GONE}' AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
            RETURN NEW;
        END IF;
    END IF;
"""

# Nobody empties these either.
NO_TRUNCATE = {
    "requests_reviewstage": "requests_stage_only_time",
    "requests_absence": "requests_absence_only_ends",
    "requests_afterreview": "requests_after_review_once",
}
EMPTIED_BY_NOBODY = "".join(
    f"""
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
"""
    for table, function in NO_TRUNCATE.items()
)

# As 0010, and whoever proposed the very words that were taken over has written the text as well.
BARRED = """
CREATE OR REPLACE FUNCTION requests_barred(who bigint, asked bigint, acting timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    WITH RECURSIVE
    own AS (SELECT upper(trim(u.person_number)) AS number, u.id = r.requester_id AS asks,
                   (coalesce(r.submitted_at, acting) AT TIME ZONE '{zone}')::date AS since
            FROM requests_contactrequest r JOIN people_user u ON u.id IN (r.requester_id, r.edited_by_id){proposers}
            WHERE r.id = asked),
    away AS (SELECT upper(trim(p.person_number)) AS person, upper(trim(d.person_number)) AS deputy, a.starts,
                    least(a.ends, (a.back_at AT TIME ZONE '{zone}')::date) AS ends
             FROM requests_absence a JOIN people_user p ON p.id = a.person_id JOIN people_user d ON d.id = a.deputy_id
             WHERE a.starts <= (acting AT TIME ZONE '{zone}')::date),
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
"""
PROPOSERS = """
                OR u.id IN (SELECT v.reviewer_id FROM requests_review v JOIN requests_proposal p ON p.review_id = v.id
                            WHERE v.request_id = r.id AND p.changes @> '["draft_text"]' AND p.draft_text <> ''
                              AND p.draft_text = r.draft_text)"""


def forget_who_was_erased(apps, schema_editor):
    """Those who were erased before the words could go."""
    for name, field, whose in WORDS:
        rows = apps.get_model("requests", name).objects.filter(**{f"{whose}__anonymised_at__isnull": False})
        rows.exclude(**{field: ""}).update(**{field: GONE})
    requests = apps.get_model("requests", "ContactRequest").objects.filter(customer__anonymised_at__isnull=False)
    requests.update(draft_text="")
    ids = requests.values("pk")
    apps.get_model("requests", "Snapshot").objects.filter(request__in=ids).exclude(content={}).update(content={})
    apps.get_model("requests", "Proposal").objects.filter(review__request__in=ids).update(draft_text="")
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def spell_numbers(apps, schema_editor):
    """One spelling of the spaces in a personnel number: a tab must not make one person look like two."""
    people = apps.get_model("people", "User").objects
    for pk, number in people.values_list("pk", "person_number"):
        tidy = " ".join("".join(sign for sign in number if category(sign) != "Cf").split())
        if tidy and tidy != number:
            people.filter(pk=pk).update(person_number=tidy)


class Migration(migrations.Migration):
    dependencies = [
        ("requests", "0010_conditions"),
        ("people", "0003_inbox"),
    ]

    operations = [
        migrations.RunSQL(HANDED_IN, HANDED_IN_BEFORE),
        migrations.RunSQL(
            PERMIT_KEEPS.format(round=ROUND, zone=settings.TIME_ZONE),
            PERMIT_KEEPS.format(round=ROUND_BEFORE, zone=settings.TIME_ZONE),
        ),
        migrations.RunSQL(BEGUN, BEGUN_BEFORE),
        migrations.RunSQL(AFTER_REVIEW.format(forgotten=FORGOTTEN), AFTER_REVIEW.format(forgotten="")),
        migrations.RunSQL(
            EMPTIED_BY_NOBODY, "".join(f"DROP TRIGGER {table}_no_truncate ON {table};" for table in NO_TRUNCATE)
        ),
        migrations.RunSQL(
            BARRED.format(zone=settings.TIME_ZONE, proposers=PROPOSERS),
            BARRED.format(zone=settings.TIME_ZONE, proposers=""),
        ),
        migrations.RunSQL(FORGETTING, NOTHING_FORGOTTEN),
        migrations.RunPython(spell_numbers, migrations.RunPython.noop),
        migrations.RunPython(forget_who_was_erased, migrations.RunPython.noop),
    ]

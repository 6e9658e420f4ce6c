"""Who made a key with which a system acts for somebody does not judge what was asked in this person's name."""

from django.conf import settings
from django.db import migrations

# As 0011, and who made a key that could act for one of these people while the request was there, by whatever account:
# who holds a key can ask with it (`routing.people.makers_for` says the same).
BARRED = """
CREATE OR REPLACE FUNCTION requests_barred(who bigint, asked bigint, acting timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    WITH RECURSIVE
    theirs AS (SELECT upper(trim(u.person_number)) AS number, u.id = r.requester_id AS asks, r.created_at,
                      (coalesce(r.submitted_at, acting) AT TIME ZONE '{zone}')::date AS since
               FROM requests_contactrequest r JOIN people_user u ON u.id IN (r.requester_id, r.edited_by_id)
                OR u.id IN (SELECT v.reviewer_id FROM requests_review v JOIN requests_proposal p ON p.review_id = v.id
                            WHERE v.request_id = r.id AND p.changes @> '["draft_text"]' AND p.draft_text <> ''
                              AND p.draft_text = r.draft_text)
               WHERE r.id = asked),
    own AS (SELECT number, asks, since, false AS made FROM theirs{makers}),
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
        WHEN EXISTS (SELECT 1 FROM own JOIN me USING (number) WHERE NOT made) THEN 'nobody reviews a text of the same person'
        WHEN EXISTS (SELECT 1 FROM own JOIN me USING (number)) THEN 'nobody reviews for whom they made a key'
        WHEN EXISTS (SELECT 1 FROM chain JOIN me USING (number)) THEN 'nobody reviews for whom they stand in'
    END
$$;
"""
MAKERS = """
            UNION ALL
            SELECT upper(trim(m.person_number)), false, t.since, true
            FROM theirs t JOIN people_user w ON upper(trim(w.person_number)) = t.number
                JOIN machines_apitoken k ON k.acts_for_id = w.id JOIN people_user m ON m.id = k.created_by_id
            WHERE k.confirmed_at <= acting AND least(k.revoked_at, k.expires_at) > t.created_at"""


class Migration(migrations.Migration):
    dependencies = [("requests", "0015_work_profiles"), ("machines", "0004_confirmed_by_the_person")]

    operations = [
        migrations.RunSQL(
            BARRED.format(zone=settings.TIME_ZONE, makers=MAKERS),
            BARRED.format(zone=settings.TIME_ZONE, makers=""),
        ),
    ]

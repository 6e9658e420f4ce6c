"""A year of a house as rows: requests, decisions, stages, reviews, permits, uses and contacts, so that reports have
something to count. Set-based, on top of the customers of `benchmarks.population`.

Of a hundred requests fifty are granted, each with a permit (three of four used, two of a hundred revoked), twenty
refused, six lapsed, fourteen cancelled, two wait, eight are drafts. Every row keeps every constraint and trigger.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.db import connection, transaction

from benchmarks.scratch import told
from contacts import policy
from portal.access.roles import Role
from portal.people.models import User
from tests.cast import somebody

PEOPLE, TEAM = 200, 10

# Four rounds over the customers, each over another channel and for another reason, so that no two permits overlap.
REQUESTS = """
INSERT INTO requests_contactrequest (requester_id, customer_id, contact_point_id, private_account, purpose, draft_text,
  contains_promotion, special_category, automated_call, sender_clear, caller_id_shown, opt_out_included,
  own_similar_products, presumed_consent, urgency, uses_wanted, state, outcome, refusal_reason, created_at,
  submitted_at, waiting_since, closed_at)
SELECT u.id, p.customer_id, p.id, false,
  (ARRAY['service', 'marketing', 'winback', 'contract_performance'])[1 + a.n %% 4],
  '', false, false, false, true, true, false, false, '', 'normal', 1, s.state,
  CASE WHEN s.state = 'draft' THEN '' ELSE 'needs_manager_approval' END,
  CASE WHEN s.state = 'refused' THEN 'Nein.' ELSE '' END, a.at, CASE WHEN s.state <> 'draft' THEN a.at END,
  CASE WHEN s.state LIKE 'with%%' THEN %(now)s - interval '14 days' * random() END,
  CASE WHEN s.state IN ('granted', 'refused', 'lapsed', 'cancelled') THEN a.at + interval '30 hours' * random() END
FROM (SELECT n, %(now)s - interval '364 days' * random() - interval '2 days' AS at
  FROM generate_series(0, %(requests)s - 1) n) a
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM people_user WHERE person_number ~ '^N-y[0-9]') u
  ON u.place = (a.n * 7 + a.n / %(people)s) %% %(people)s
JOIN (SELECT id, customer_id, row_number() OVER (ORDER BY id) - 1 AS place FROM customers_contactpoint) p
  ON p.place = a.n %% (SELECT count(*) FROM customers_contactpoint)
CROSS JOIN LATERAL (SELECT CASE WHEN a.n %% 50 < 25 THEN 'granted' WHEN a.n %% 50 < 35 THEN 'refused'
  WHEN a.n %% 50 < 38 THEN 'lapsed' WHEN a.n %% 50 < 45 THEN 'cancelled' WHEN a.n %% 50 = 45 THEN 'with_manager'
  ELSE 'draft' END AS state) s
"""

# Facts as long as real ones are.
DECISIONS = """
INSERT INTO requests_decisionrecord (request_id, stage, at, facts, rule_set, rule_set_hash, outcome, deciding_rules,
  fired_rules, obligations, legal_basis)
SELECT r.id, stage.name, coalesce(CASE WHEN stage.name = 'review' THEN r.closed_at END, r.submitted_at, r.created_at),
  %(facts)s::jsonb, 1, repeat('0', 64), 'needs_manager_approval', '[]', '[]', '[]',
  (ARRAY['GDPR Art. 6(1)(b),(f)', 'GDPR Art. 6(1)(f)', 'UWG §7(3)', 'GDPR Art. 6(1)(a), 7'])[1 + r.id %% 4]
FROM requests_contactrequest r
CROSS JOIN (VALUES ('ask'), ('submit'), ('review')) stage (name)
WHERE stage.name = 'ask' OR stage.name = 'submit' AND r.submitted_at IS NOT NULL
  OR stage.name = 'review' AND r.state IN ('granted', 'refused')
"""

STAGES = """
INSERT INTO requests_reviewstage (request_id, round, position, step, needed, since, due_at, ended_at)
SELECT id, 1, 0, '{}', 1, submitted_at, submitted_at + interval '24 hours', closed_at
FROM requests_contactrequest WHERE submitted_at IS NOT NULL
"""

# The triggers look at the table itself: after some rows and fresh statistics they do so by its indexes.
REVIEWS = """
INSERT INTO requests_review (request_id, requester_id, reviewer_id, stage, round, verdict, reason, decision_id, step_id,
  sha256, at)
SELECT r.id, r.requester_id, m.id, 'manager', 1, CASE WHEN r.state = 'granted' THEN 'approved' ELSE 'refused' END,
  CASE WHEN r.state = 'granted' THEN '' ELSE 'Nein.' END, d.id, s.id, '', r.closed_at
FROM requests_contactrequest r
JOIN requests_decisionrecord d ON d.request_id = r.id AND d.stage = 'review'
JOIN requests_reviewstage s ON s.request_id = r.id
JOIN people_user u ON u.id = r.requester_id
JOIN people_user m ON m.id = u.manager_id
WHERE CASE WHEN r.id %% 211 = 0 THEN 1 WHEN r.id %% 13 = 0 THEN 2 ELSE 3 END = {}
"""

PERMITS = """
INSERT INTO requests_permit (request_id, holder_id, customer_id, contact_point_id, purpose, released, accepted_rules,
  rests_on_consent, legal_basis, valid_from, valid_until, uses_allowed, text_sha256, state, revoked_at, revoked_reason)
SELECT r.id, r.requester_id, r.customer_id, r.contact_point_id, r.purpose, 'needs_manager_approval', '[]',
  r.id %% 4 = 3, d.legal_basis, r.closed_at, r.closed_at + s.days, 1, encode(sha256(''), 'hex'), s.state,
  CASE WHEN s.state = 'revoked' THEN r.closed_at + s.days / 2 END, CASE WHEN s.state = 'revoked' THEN 'x' ELSE '' END
FROM requests_contactrequest r
JOIN requests_decisionrecord d ON d.request_id = r.id AND d.stage = 'review'
CROSS JOIN LATERAL (SELECT interval '1 day' * (14 + r.id %% 76) AS days,
  CASE WHEN r.id %% 50 = 0 THEN 'revoked' WHEN r.id %% 4 < 3 THEN 'used' ELSE 'active' END AS state) s
WHERE r.state = 'granted'
"""

USES = """
INSERT INTO requests_permituse (permit_id, use_number, at, used_by_id, decision_id)
SELECT p.id, 1, p.valid_from + (p.valid_until - p.valid_from) * random() * 0.5, p.holder_id, d.id
FROM requests_permit p JOIN requests_decisionrecord d ON d.request_id = p.request_id AND d.stage = 'ask'
WHERE p.state = 'used'
"""

CONTACTS = """
INSERT INTO requests_contact (use_id, result, note, logged_at, logged_by_id)
SELECT id, CASE WHEN random() < 0.01 THEN 'objected' WHEN random() < 0.5 THEN 'sent' ELSE 'reached' END, '',
  at + interval '1 hour', used_by_id
FROM requests_permituse
"""

STATEMENTS = (
    ("requests", REQUESTS),
    ("decisions", DECISIONS),
    ("stages", STAGES),
    ("first reviews", REVIEWS.replace("{}", "1", 1)),
    ("more reviews", REVIEWS.replace("{}", "2", 1)),
    ("reviews", REVIEWS.replace("{}", "3", 1)),
    ("permits", PERMITS),
    ("uses", USES),
    ("contacts", CONTACTS),
)
TABLES = (
    "requests_contactrequest", "requests_decisionrecord", "requests_reviewstage", "requests_review", "requests_permit",
    "requests_permituse", "requests_contact",
)  # fmt: skip


def fill(requests: int, *, now: datetime) -> User:
    """So many requests by two hundred people in teams of ten; returns the manager of the first team. Progress goes to
    stderr."""
    manager = _staff()
    values = {"requests": requests, "now": now, "people": PEOPLE, "facts": json.dumps(policy.RISKIEST, default=str)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.8128)")
        for name, statement in STATEMENTS:
            with told(name) as tell, transaction.atomic():
                cursor.execute(statement, values)
                tell(cursor.rowcount)
                cursor.execute("ANALYZE")  # the next one joins what this one made
        with told("statistics"):
            cursor.execute("VACUUM ANALYZE" if not connection.in_atomic_block else "ANALYZE")
    return manager


def _staff() -> User:
    """Each tenth person is the manager of the ten who follow."""
    managers = User.objects.bulk_create(somebody(f"ym{n}", Role.MANAGER, Role.EMPLOYEE) for n in range(PEOPLE // TEAM))
    User.objects.bulk_create(somebody(f"y{n}", Role.EMPLOYEE, manager=managers[n // TEAM]) for n in range(PEOPLE))
    return managers[0]

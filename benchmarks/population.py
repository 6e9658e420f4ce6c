"""The statements that fill a scratch database with customers: set-based, so that no million rows pass through Python.

The numbers for a million customers: 3,000,000 addresses, 2,000,000 consents with 3,000,000 events, 50,000 suppressed
addresses. Every row keeps every constraint and trigger, and the consents say what their events add up to
(tests/screening/test_scratch.py).
"""

from __future__ import annotations

# From here on random() goes the same way in every run.
SEED = "SELECT setseed(0.8128)"

# Nine of ten live in Berlin's time; every tenth is a company, every hundredth a child.
CUSTOMERS = """
INSERT INTO customers_customer (number, kind, relationship, salutation, first_name, last_name, company, birth_date,
  parental_consent, last_transaction_on, robinson_listed, language, timezone, created_at)
SELECT 'B' || lpad((n - 1)::text, 7, '0'), CASE WHEN n %% 10 = 0 THEN 'business_contact' ELSE 'consumer' END,
  CASE WHEN random() < 0.7 THEN 'active_customer' WHEN random() < 0.5 THEN 'former_customer' ELSE 'prospect' END,
  '', 'Vor' || n %% 977, 'Nach' || lpad((n %% 4999)::text, 4, '0'),
  CASE WHEN n %% 5 = 0 THEN 'Werk ' || n %% 9973 || ' GmbH' ELSE '' END,
  CASE WHEN random() < 0.01 THEN %(today)s - 5000 WHEN random() < 0.5 THEN %(today)s - 10000 - n %% 9000 END,
  random() < 0.01, CASE WHEN random() < 0.8 THEN %(today)s - n %% 1500 END, random() < 0.01, 'de',
  CASE WHEN random() < 0.9 THEN 'Europe/Berlin' WHEN random() < 0.5 THEN 'Europe/London' ELSE 'America/New_York' END,
  %(now)s - interval '2000 days'
FROM generate_series(1, %(customers)s) n
"""

# HMAC-SHA-256 (RFC 2104) by the database, with the key of the scratch database alone: real digests, set-based.
POINTS = """
INSERT INTO customers_contactpoint (customer_id, channel, platform, value, normalised, digest, generation, label,
  source, source_note, collected_on, verified_at, address_from_sale, notice_at_collection)
SELECT c.id, way.channel, '', way.value, way.normalised,
  encode(sha256(%(outer)s || sha256(%(inner)s || convert_to(way.family || ':' || way.hashed, 'UTF8'))), 'hex'),
  1, '',
  CASE WHEN random() < 0.8 THEN 'contract_record' WHEN random() < 0.6 THEN 'data_subject' ELSE 'public_directory' END,
  '', %(today)s - 400, CASE WHEN random() < 0.7 THEN %(now)s - interval '300 days' END, random() < 0.6, random() < 0.6
FROM customers_customer c
CROSS JOIN LATERAL (
  SELECT 'Weg ' || c.id || ', 50667 Köln' AS letter, 'k' || c.id || '@b.example' AS mail,
    '+49221' || lpad(c.id::text, 7, '0') AS phone,
    c.first_name || ' ' || c.last_name || CASE WHEN c.company = '' THEN '' ELSE ', ' || c.company END AS name
) a
CROSS JOIN LATERAL (VALUES
  ('letter', a.letter, lower(a.letter), 'letter', lower(a.name) || ', ' || lower(a.letter)),
  ('email', a.mail, a.mail, 'email', a.mail),
  ('phone', a.phone, a.phone, 'number', a.phone)
) way (channel, value, normalised, family, hashed)
WHERE c.number LIKE 'B%%'
"""

# One for advertising by mail, whose story has two events, and one for something else, which was only given.
CONSENTS = """
INSERT INTO consent_consent (customer_id, purpose, channel, platform, text_id, requested_at, given_at, given_how,
  last_used_at, withdrawn_at, proof, own_act_at, contact_point_id, keep_until, recorded_state, stale_at, expires_at,
  next_change_at)
SELECT c.id, o.purpose, o.channel, '', CASE WHEN d.proof THEN o.text END, d.requested, d.given, d.how,
  d.used, d.withdrawn, d.proof, CASE WHEN d.how = 'double_opt_in' THEN d.given END,
  CASE WHEN d.how = 'double_opt_in' THEN p.id END,
  make_date(extract(year FROM d.last AT TIME ZONE c.timezone)::int + 3, 12, 31),
  CASE WHEN d.withdrawn IS NOT NULL THEN 'withdrawn' WHEN t.ends <= %(now)s THEN 'expired'
    WHEN t.stale <= %(now)s THEN 'stale' ELSE 'active' END,
  t.stale, t.ends,
  CASE WHEN d.withdrawn IS NOT NULL OR t.ends <= %(now)s THEN NULL
    WHEN t.stale <= %(now)s THEN t.ends ELSE least(t.stale, t.ends) END
FROM customers_customer c
JOIN customers_contactpoint p ON p.customer_id = c.id AND p.channel = 'email'
CROSS JOIN LATERAL (
  SELECT number, random() AS how, random() AS given, random() AS used, random() AS ended, c.id %% 3 AS other
  FROM generate_series(1, 2) number
) chance
JOIN (VALUES %(others)s) o (number, other, purpose, channel, text)
  ON o.number = chance.number AND (o.other = chance.other OR o.number = 1)
CROSS JOIN LATERAL (
  SELECT %(now)s - interval '1600 days' * chance.given - interval '1 hour' AS given,
    CASE WHEN chance.number = 2 OR chance.how > 0.4 THEN 'paper' WHEN chance.how > 0.1 THEN 'double_opt_in'
      ELSE 'imported' END AS how
) g
CROSS JOIN LATERAL (
  SELECT g.given, g.how, g.how <> 'imported' AS proof,
    CASE WHEN g.how = 'double_opt_in' THEN g.given - interval '20 minutes' END AS requested,
    CASE WHEN chance.number = 1 AND g.how = 'paper' AND chance.ended < 0.1
      THEN g.given + (%(now)s - g.given) * chance.used END AS withdrawn,
    CASE WHEN chance.number = 1 AND (g.how = 'imported' OR g.how = 'paper' AND chance.ended >= 0.1)
      THEN g.given + (%(now)s - g.given) * chance.used END AS used
) s
CROSS JOIN LATERAL (SELECT s.*, greatest(s.given, s.used, s.withdrawn) AS last, greatest(s.given, s.used) AS active) d
CROSS JOIN LATERAL (
  SELECT ((d.active AT TIME ZONE c.timezone)::date + make_interval(months => %(stale)s)) AT TIME ZONE c.timezone
      AS stale,
    ((d.active AT TIME ZONE c.timezone)::date + make_interval(months => %(expired)s)) AT TIME ZONE c.timezone AS ends
) t
WHERE c.number LIKE 'B%%'
"""

EVENTS = """
INSERT INTO consent_consentevent (consent_id, kind, at, local_date, how, text_id, evidence, contact_point_id, ip,
  user_agent, origin, proof, annuls, job, recorded_at)
SELECT k.id, e.kind, e.at, (e.at AT TIME ZONE c.timezone)::date, e.how, CASE WHEN e.gives THEN k.text_id END,
  CASE WHEN e.gives THEN 'Blatt ' || k.id ELSE '' END, CASE WHEN e.gives THEN k.contact_point_id END, '', '', '',
  e.gives AND k.proof, false, 'benchmark', e.at
FROM consent_consent k JOIN customers_customer c ON c.id = k.customer_id
CROSS JOIN LATERAL (
  SELECT 'requested' AS kind, k.requested_at AS at, 'web_form' AS how, false AS gives
  UNION ALL
  SELECT CASE k.given_how WHEN 'double_opt_in' THEN 'confirmed' WHEN 'imported' THEN 'imported' ELSE 'given' END,
    k.given_at, k.given_how, true
  UNION ALL
  SELECT 'used', k.last_used_at, 'contact', false
  UNION ALL
  SELECT 'withdrawn', k.withdrawn_at, 'written', false
) e
WHERE e.at IS NOT NULL AND c.number LIKE 'B%%'
ORDER BY k.id, e.at
"""

OBJECTIONS = """
INSERT INTO customers_objection (customer_id, scope, channel, received_at, how, note, job)
SELECT id, CASE WHEN id %% 5 = 0 THEN 'full_block' ELSE 'marketing_objection' END,
  CASE WHEN id %% 2 = 0 THEN '' ELSE 'email' END, %(now)s - interval '900 days' * random(), 'written', '', 'benchmark'
FROM customers_customer WHERE number LIKE 'B%%' AND random() < 0.03
"""

INBOUND = """
INSERT INTO customers_inboundcontact (customer_id, channel, platform, at, note, recorded_by_id)
SELECT id, CASE WHEN id %% 2 = 0 THEN 'email' ELSE 'phone' END, '', %(now)s - interval '60 days' * random(), '',
  %(user)s
FROM customers_customer WHERE number LIKE 'B%%' AND random() < 0.1
"""

# One customer of twenty; of those one of ten wants to hear nothing at all.
SUPPRESSED = """
INSERT INTO customers_suppressionentry (digest, generation, scope, reason, created_at, twin)
SELECT p.digest, 1, CASE WHEN c.number LIKE '%%00' THEN 'full_block' ELSE 'marketing_objection' END, 'benchmark',
  %(now)s - interval '900 days' * random(), 0
FROM customers_customer c JOIN customers_contactpoint p ON p.customer_id = c.id AND p.channel = 'email'
WHERE c.number LIKE 'B%%' AND substr(c.number, 2)::int %% 20 = 0
"""

#: In their order, with what each makes.
STATEMENTS = (
    ("customers", CUSTOMERS),
    ("addresses", POINTS),
    ("consents", CONSENTS),
    ("events", EVENTS),
    ("objections", OBJECTIONS),
    ("contacts by customers", INBOUND),
    ("suppressed addresses", SUPPRESSED),
)

"""Consents of whole lists: the question of `consent.selectors.consents_of` for one purpose and way, asked in sets.

The pieces are put into a larger statement that names the customer `c`, the address `p`, and the instant with its cuts
(`consent.rules.cutting.Cuts`) `w`. What they find is what `ConsentAnswer.at_address` says of each row by itself: a
test compares the two row by row (tests/screening/test_same_answers.py).
"""

from __future__ import annotations

from consent.rules import covers
from portal.vocabulary import Purpose

#: The consent `k`, the sign-up `o` that waits longest, and since when a purpose above has been taken back (`a`).
JOINS = """
LEFT JOIN consent_consent k
  ON k.customer_id = c.id AND k.purpose = %(consent_purpose)s AND k.channel = %(channel)s AND k.platform = %(platform)s
LEFT JOIN (
  SELECT DISTINCT ON (customer_id) customer_id, requested_at, ends_at
  FROM consent_optin
  WHERE confirmed_at IS NULL AND purpose = %(consent_purpose)s AND channel = %(channel)s AND %(platform)s = ''
  ORDER BY customer_id, ends_at DESC, id
) o ON o.customer_id = c.id
LEFT JOIN (
  SELECT u.customer_id, min(e.at) AS since
  FROM consent_consent u JOIN consent_consentevent e ON e.consent_id = u.id AND e.kind = 'withdrawn'
  WHERE u.purpose = ANY(%(above)s) AND u.channel = %(channel)s AND u.platform = %(platform)s
  GROUP BY u.customer_id
) a ON a.customer_id = c.id
CROSS JOIN LATERAL (
  SELECT
    CASE WHEN o.customer_id IS NULL THEN k.requested_at ELSE o.requested_at END AS requested_at,
    greatest(k.given_at, k.last_used_at) AS used_at
) dates
CROSS JOIN LATERAL (
  SELECT coalesce(
    dates.requested_at <= w.at
    AND CASE WHEN o.customer_id IS NULL THEN dates.requested_at > w.waiting_after ELSE o.ends_at > w.at END, false
  ) AS pending
) asked
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN k.withdrawn_at <= w.at THEN 'withdrawn'
    WHEN k.given_at IS NULL OR k.given_at > w.at THEN CASE WHEN asked.pending THEN 'pending_doi' ELSE 'none' END
    WHEN dates.used_at < w.expired_before OR k.ends_on <= w.ended_on THEN
      CASE WHEN dates.requested_at > k.given_at AND asked.pending THEN 'pending_doi' ELSE 'expired' END
    WHEN dates.used_at < w.stale_before THEN 'stale'
    ELSE 'active'
  END AS state
) alone
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN alone.state IN ('none', 'pending_doi') AND a.since <= w.at AND NOT coalesce(k.given_at <= w.at, false)
    THEN 'withdrawn' ELSE alone.state
  END AS state
) flowed
CROSS JOIN LATERAL (
  SELECT flowed.state IN ('active', 'stale', 'expired') AND p.verified_at IS NULL
    AND (k.contact_point_id IS NOT NULL OR k.given_how = 'double_opt_in')
    AND k.contact_point_id IS DISTINCT FROM p.id AS elsewhere
) confirmed
CROSS JOIN LATERAL (
  SELECT
    CASE WHEN confirmed.elsewhere THEN 'none' ELSE flowed.state END AS state,
    coalesce(k.proof AND NOT confirmed.elsewhere, false) AS proof
) consent
CROSS JOIN LATERAL (
  SELECT CASE WHEN consent.state = 'active' AND consent.proof THEN k.own_act_at END AS lifts_before
) own
"""


def parameters(*, purpose: str, channel: str, platform: str) -> dict[str, object]:
    """What the joins ask for; `purpose` is the effective one."""
    above = [str(other) for other in Purpose.values if other != purpose and covers(other, purpose)]
    return {"consent_purpose": purpose, "channel": channel, "platform": platform, "above": above}

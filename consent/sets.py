"""Consents of whole lists: the question of `consent.selectors.consents_of` for one purpose and way, asked in sets.

The pieces are put into a larger statement that names the customer `c`, the address `p` (with `verified`), and the
instant with its cuts (`consent.rules.cutting.Cuts`) `w`. What they find is what `ConsentAnswer.at_address` says of each
row by itself: a test compares the two row by row (tests/screening/test_same_answers.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from consent.rules import covers
from portal.vocabulary import Purpose

# The consent `k`, and the sign-up `o` that waits longest.
CONSENTS = """
LEFT JOIN consent_consent k
  ON k.customer_id = c.id AND k.purpose = %(consent_purpose)s AND k.channel = %(channel)s AND k.platform = %(platform)s
LEFT JOIN (
  SELECT DISTINCT ON (customer_id) customer_id, requested_at, ends_at
  FROM consent_optin
  WHERE confirmed_at IS NULL AND purpose = %(consent_purpose)s AND channel = %(channel)s AND %(platform)s = ''
  ORDER BY customer_id, ends_at DESC, id
) o ON o.customer_id = c.id
"""
# Since when a purpose above has been taken back (`a`).
ABOVE = """
LEFT JOIN (
  SELECT u.customer_id, min(e.at) AS since
  FROM consent_consent u JOIN consent_consentevent e ON e.consent_id = u.id AND e.kind = 'withdrawn'
  WHERE u.purpose = ANY(%(above)s) AND u.channel = %(channel)s AND u.platform = %(platform)s
  GROUP BY u.customer_id
) a ON a.customer_id = c.id
"""
NOTHING_ABOVE = "CROSS JOIN (SELECT NULL::timestamptz AS since) a"

REQUESTED = "CASE WHEN o.customer_id IS NULL THEN k.requested_at ELSE o.requested_at END"
PENDING = f"""(
  {REQUESTED} <= w.at
  AND CASE WHEN o.customer_id IS NULL THEN k.requested_at > w.waiting_after ELSE o.ends_at > w.at END
)"""
USED = "greatest(k.given_at, k.last_used_at)"
ENDED = f"({USED} < w.expired_before OR k.ends_on <= w.ended_on)"
# Confirmed for another address, and nobody made sure that this one is the customer's too.
ELSEWHERE = """(
  NOT p.verified AND (k.contact_point_id IS NOT NULL OR k.given_how = 'double_opt_in')
  AND k.contact_point_id IS DISTINCT FROM p.id
)"""
# In the order in which the rules ask: a withdrawal, nothing given yet, an end behind which a sign-up waits, and what
# stands, which may not reach this address. The withdrawal of a purpose above counts only where nothing was given.
STATE = f"""
CASE
  WHEN k.withdrawn_at <= w.at THEN 'withdrawn'
  WHEN k.given_at IS NULL OR k.given_at > w.at THEN
    CASE WHEN a.since <= w.at THEN 'withdrawn' WHEN {PENDING} THEN 'pending_doi' ELSE 'none' END
  WHEN {ENDED} AND {REQUESTED} > k.given_at AND {PENDING} THEN 'pending_doi'
  WHEN {ELSEWHERE} THEN 'none'
  WHEN {ENDED} THEN 'expired'
  WHEN {USED} < w.stale_before THEN 'stale'
  ELSE 'active'
END
"""
#: What the inner statement yields, and from it the outer one (which names it `x`): whether the consent can be proven
#: at this address, and the refusals before what instant it lifts.
COLUMNS = f"{STATE} AS state, k.proof AS on_file, k.given_at <= w.at AS was_given, k.own_act_at"
PROOF = "coalesce(x.on_file AND NOT (x.state = 'none' AND x.was_given), false)"
LIFTS_BEFORE = "CASE WHEN x.state = 'active' AND x.on_file THEN x.own_act_at END"


def joins(asked: Mapping[str, object]) -> str:
    """The joins for these parameters."""
    return CONSENTS + (ABOVE if asked["above"] else NOTHING_ABOVE)


def parameters(*, purpose: str, channel: str, platform: str) -> dict[str, object]:
    """What the joins ask for; `purpose` is the effective one."""
    above = [str(other) for other in Purpose.values if other != purpose and covers(other, purpose)]
    return {"consent_purpose": purpose, "channel": channel, "platform": platform, "above": above}

"""The clock's bookkeeping: record that consents went stale or ended, and recompute what is due after a new threshold.

Answers wait for none of this: state is derived on read. A batch is one statement and one transaction: it locks the
customers and their consents, skips whoever is being worked on, and writes state, event, audit entry and one message.
A killed run loses nothing and repeats nothing. A batch in which one row fails is done row by row: the odd one is logged
and tried again by the next run, and the others do not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from consent.models import Consent, ThresholdSetting
from consent.selectors import threshold_book
from consent.services.ledger import ORDER, resolved_columns
from contacts.customers.models import Customer
from portal.audit.services import Job, record
from portal.outbox import services as outbox
from portal.rows import one_by_one
from portal.webhooks.models import EventType
from portal.webhooks.telling import Told, is_heard, tell_all

BATCH = 5_000
JOB = Job("consent.record_passage")

# The two instants were computed by the rules when the dates were written; here is no calendar arithmetic. One pass
# over a row that has missed both records the end only: that is its state.
SWEEP = """
WITH due AS MATERIALIZED (
    SELECT c.id, c.customer_id, c.purpose, c.channel, c.recorded_state AS before, c.expires_at, u.timezone,
           c.platform, u.number,
           CASE WHEN c.expires_at <= %(at)s THEN 'expired' ELSE 'stale' END AS state,
           CASE WHEN c.expires_at <= %(at)s THEN c.expires_at ELSE c.stale_at END AS happened
    FROM consent_consent c JOIN customers_customer u ON u.id = c.customer_id
    WHERE c.next_change_at <= %(at)s AND (%(only)s::bigint[] IS NULL OR c.id = ANY(%(only)s::bigint[]))
          AND c.id <> ALL(%(left_out)s::bigint[])
    ORDER BY c.next_change_at, c.id
    LIMIT %(limit)s
    FOR NO KEY UPDATE OF u, c SKIP LOCKED
), entered AS (
    INSERT INTO consent_consentevent (consent_id, kind, at, local_date, how, evidence, ip, user_agent, origin, proof,
                                      annuls, job, recorded_at)
    SELECT id, CASE state WHEN 'stale' THEN 'went_stale' ELSE 'expired' END, happened,
           (happened AT TIME ZONE timezone)::date, 'clock', '', '', '', '', false, false, %(job)s, %(at)s
    FROM due
    RETURNING id, consent_id
), moved AS (
    UPDATE consent_consent c
    SET recorded_state = due.state, next_change_at = CASE due.state WHEN 'stale' THEN due.expires_at END
    FROM due WHERE c.id = due.id
), noted AS (
    INSERT INTO audit_auditentry (at, actor_id, job, verb, subject_type, subject_id, customer_id, before, after)
    SELECT %(at)s, NULL, %(job)s, CASE due.state WHEN 'stale' THEN 'consent.went_stale' ELSE 'consent.expired' END,
           'consent', due.id::text, due.customer_id, jsonb_build_object('state', due.before),
           jsonb_build_object('state', due.state, 'purpose', due.purpose, 'channel', due.channel, 'event', entered.id)
    FROM due JOIN entered ON entered.consent_id = due.id
)
SELECT array_agg(DISTINCT customer_id), count(*), CASE WHEN %(heard)s THEN json_agg(json_build_object(
    'customer', number, 'customer_id', customer_id, 'consent', id, 'purpose', purpose, 'channel', channel,
    'platform', nullif(platform, ''), 'state', state,
    'because', CASE state WHEN 'stale' THEN 'went_stale' ELSE 'expired' END) ORDER BY id) END
FROM due
"""


def record_passage(*, at: datetime, limit: int = 50_000, batch: int = BATCH) -> int:
    """Record up to `limit` consents whose time has come, in batches; returns how many."""
    done, left_out = 0, list[int]()
    while (room := min(batch, limit - done - len(left_out))) > 0:
        try:
            count = _sweep(at, room, left_out=left_out)
            if not count:
                break
        except DatabaseError:
            count, failed = _row_by_row(at, room, left_out)
            left_out += failed
            if not failed and not count:
                break
        done += count
    return done


def _row_by_row(at: datetime, limit: int, left_out: Sequence[int]) -> tuple[int, list[int]]:
    """A batch that failed as a whole; returns how many are recorded now, and who is not."""
    due = Consent.objects.filter(next_change_at__lte=at)
    ids = list(due.exclude(pk__in=left_out).order_by("next_change_at", "pk").values_list("pk", flat=True)[:limit])
    count = one_by_one(ids, partial(_sweep_one, at))
    return count, list(due.filter(pk__in=ids).values_list("pk", flat=True))


def _sweep_one(at: datetime, consent_id: int) -> int:
    return _sweep(at, 1, only=[consent_id])


@transaction.atomic
def _sweep(at: datetime, limit: int, *, only: Sequence[int] | None = None, left_out: Sequence[int] = ()) -> int:
    values: dict[str, Any] = {"at": at, "limit": limit, "job": JOB.name, "only": only, "left_out": list(left_out)}
    values["heard"] = is_heard(EventType.CONSENT_CHANGED)
    with connection.cursor() as cursor:
        cursor.execute(SWEEP, values)
        customers, count, told = cursor.fetchone()
    if customers:
        payload: dict[str, Any] = {"customer_ids": customers, "because": "consent passage"}
        outbox.event("customers.grounds_changed", payload, at=at)
        tell_all([Told(EventType.CONSENT_CHANGED, one["customer_id"], one) for one in told or ()], at=at)
    return count


def apply_thresholds(*, at: datetime, batch: int = BATCH) -> int:
    """Recompute the due instants of consents that a threshold reaches which has come into force; returns how many.

    Run again after a kill, it begins with the same setting: recomputing twice writes the same.
    """
    due = ThresholdSetting.objects.filter(valid_from__lte=at, applied_at__isnull=True).order_by("valid_from", "pk")
    return sum(_apply(setting, at, batch) for setting in list(due))


def _apply(setting: ThresholdSetting, at: datetime, batch: int) -> int:
    reached = Consent.objects.filter(given_at__isnull=False, withdrawn_at__isnull=True)
    for name in ("purpose", "channel"):
        value = getattr(setting, name)
        reached = reached.filter(Q(**{name: value}) if value else Q())
    done = last = 0
    while True:
        count, last = _recompute(reached.filter(pk__gt=last).order_by("pk"), at, batch)
        done += count
        if not count:
            break
    _applied(setting, done, at)
    return done


@transaction.atomic
def _recompute(rows, at: datetime, batch: int) -> tuple[int, int]:
    """One batch under the customers' locks, in one order; returns the count and the last key.

    A row that cannot be reckoned is left out: what mends its customer recomputes it (`follow_customer`)."""
    keys = list(rows.values_list("pk", "customer_id")[:batch])
    if not keys:
        return 0, 0
    owners = Customer.objects.filter(pk__in={owner for _pk, owner in keys}).order_by("pk")
    customers = {customer.pk: customer for customer in owners.select_for_update(of=("self",))}
    book, renewed = threshold_book(), list[Consent]()

    def renew(consent: Consent) -> int:
        consent.customer = customers[consent.customer_id]
        set_due(consent, resolved_columns(consent, consent.dates, at, book), at)
        renewed.append(consent)
        return 1

    one_by_one(Consent.objects.filter(pk__in=[pk for pk, _owner in keys]).order_by("pk"), renew)
    columns = ["stale_at", "expires_at", "recorded_state", "next_change_at"]
    Consent.objects.bulk_update(renewed, columns, batch_size=1000)
    return len(keys), keys[-1][0]


def set_due(consent: Consent, columns: dict[str, Any], at: datetime) -> None:
    """Take over new due instants. A state that became worse stays on record until the sweep records the passage; that
    a consent stands again no passage has brought, and the sweep would take it for one that ages."""
    consent.stale_at, consent.expires_at = columns["stale_at"], columns["expires_at"]
    if ORDER.index(columns["recorded_state"]) > ORDER.index(consent.recorded_state):
        consent.next_change_at = at
    else:
        consent.recorded_state, consent.next_change_at = columns["recorded_state"], columns["next_change_at"]


@transaction.atomic
def _applied(setting: ThresholdSetting, count: int, at: datetime) -> None:
    setting.applied_at = at
    setting.save(update_fields=["applied_at"])
    record(
        Job("consent.apply_thresholds"),
        "consent.thresholds_applied",
        "thresholds",
        setting.pk,
        at=at,
        after={"consents": count},
    )

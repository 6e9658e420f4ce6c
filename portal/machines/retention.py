"""How long keys of other systems and the answers to them are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import STORAGE_LIMITATION, About, Bounds, Period, Retention, Rule, Unit, table

RULES = (
    Rule(
        key="machines.named_call",
        data=_("Answers to other systems that may be asked for again under the same key"),
        about=About.BOTH,
        period=Period(Unit.DAYS, 0),
        begins=_("from the end of the day within which a call may be repeated"),
        basis=STORAGE_LIMITATION,
        head="machines_machinecall",
        since="t.keep_until",
        job="machines.forget_keys",
    ),
    Rule(
        key="machines.entry_number",
        data=_("Numbers under which other systems have sent entries, with what they were answered"),
        about=About.BOTH,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the call"),
        basis=STORAGE_LIMITATION,
        head="machines_machinecall",
        since="t.at",
        ready="t.keep_until IS NULL",
        goes=("DELETE FROM machines_machinecall WHERE id = ANY (%(ids)s)",),
    ),
    Rule(
        key="machines.key",
        data=_("Keys of other systems: who made them and for whom they act"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(1, 10)),
        begins=_("from the last use of the key, once it has run out or was revoked"),
        basis=STORAGE_LIMITATION,
        head="machines_apitoken",
        since="greatest(t.created_at, t.last_used_at, least(t.expires_at, t.revoked_at))",
        ready="NOT EXISTS (SELECT FROM machines_machinecall c WHERE c.token_id = t.id)",
        goes=("DELETE FROM machines_apitoken WHERE id = ANY (%(ids)s)",),
    ),
)
TABLES = (
    table(
        "machines_apitoken",
        "id scopes digest minute calls_in_minute",
        machines__key="name created_by acts_for created_at expires_at last_used_at revoked_at confirmed_at",
    ),
    table(
        "machines_machinecall",
        "id token status",
        machines__named_call="keep_until",
        machines__entry_number="origin path body_digest answer at customer",
    ),
)

RETENTION = Retention(RULES, TABLES)

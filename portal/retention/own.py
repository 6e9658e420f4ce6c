"""How long holds and unmaskings themselves are kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import STORAGE_LIMITATION, About, Bounds, Period, Retention, Rule, Unit, table

RULES = (
    Rule(
        key="retention.hold",
        data=_("Legal holds: what was held, why, and by whom"),
        about=About.BOTH,
        period=Period(Unit.YEAR_END, 3, Bounds(3, 10)),
        begins=_("from the end of the hold"),
        basis=STORAGE_LIMITATION,
        head="retention_hold",
        since="t.ended_at",
        goes=("DELETE FROM retention_hold WHERE id = ANY (%(ids)s)",),
    ),
    Rule(
        key="retention.unmasking",
        data=_("Unmaskings: whose names were seen, why, and who agreed"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3, Bounds(3, 10)),
        begins=_("from the request for it or its end"),
        basis=STORAGE_LIMITATION,
        head="retention_unmasking",
        since="greatest(t.asked_at, t.ends_at)",
        goes=("DELETE FROM retention_unmasking WHERE id = ANY (%(ids)s)",),
    ),
)
TABLES = (
    table(
        "retention_hold",
        "id",
        retention__hold="customer_id request_id label reason review_on placed_by placed_at end_reason end_asked_by end_asked_at ended_by ended_at",
    ),
    table("retention_periodsetting", "id rule length reason set_at", people__account="set_by"),
    table(
        "retention_unmasking",
        "id",
        retention__unmasking="scope person reason hours asked_by asked_at agreed_by agreed_at refused_by refused_at ends_at",
    ),
)

RETENTION = Retention(RULES, TABLES)

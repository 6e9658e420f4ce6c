"""How long lists that were screened are kept, and that they were."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import CLAIMS, STORAGE_LIMITATION, About, Period, Retention, Rule, Unit, table

NEEDS_KEY = ("EXISTS (SELECT FROM screening_screening n WHERE n.token_id = t.id)",)
RULES = (
    Rule(
        key="screening.list",
        data=_("Lists that were screened, and their results"),
        about=About.CUSTOMER,
        period=Period(Unit.DAYS, 0),
        begins=_("from the day that whoever sent the list was told (docs/screening.md)"),
        basis=STORAGE_LIMITATION,
        head="screening_screening",
        since="t.delete_after",
        ready="t.deleted_at IS NULL",
        job="screening.forget",
    ),
    Rule(
        key="screening.answer",
        data=_("Which list was screened when, by whom, with which counts"),
        about=About.EMPLOYEE,
        period=Period(Unit.YEAR_END, 3),
        begins=_("from the answer"),
        basis=CLAIMS,
        head="screening_screening",
        since="greatest(t.created_at, t.finished_at, t.deleted_at)",
        ready="t.deleted_at IS NOT NULL",
        goes=(
            "DELETE FROM screening_piece WHERE screening_id = ANY (%(ids)s)",
            "DELETE FROM screening_screening WHERE id = ANY (%(ids)s)",
        ),
    ),
)
TABLES = (
    table("screening_piece", "id screening part place", screening__list="content"),
    table(
        "screening_screening",
        "id number digest purpose channel platform account named_by contains_promotion opt_out_included own_similar_products language size state attempts faults timeouts again_at rows rows_done counts rule_set rule_set_hash refusal delete_after deleted_at",
        screening__list="file_name",
        screening__answer="asked_by token key created_at started_at finished_at at",
    ),
)

RETENTION = Retention(RULES, TABLES)

"""How long the trail is kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import About, Period, Retention, Rule, Unit, Way, table

RULES = (
    Rule(
        key="audit.entry",
        data=_("Audit trail: who did what, when, and what changed"),
        about=About.BOTH,
        period=Period(Unit.ALWAYS),
        begins=_("for good; a person behind a number is forgotten with the account or with the erasure"),
        basis="Art. 5(2) GDPR",
        way=Way.KEEP,
        head="audit_auditentry",
        since="t.at",
    ),
)
TABLES = (
    table("audit_auditentry", "id", audit__entry="at actor job verb subject_type subject_id customer_id before after"),
)

RETENTION = Retention(RULES, TABLES)

"""How long the trail is kept, what seals it, and the keys that go with people."""

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
    # Counted by the heads: a seal has no date of its own, and there are as many as entries.
    Rule(
        key="audit.seal",
        data=_("Seals and signed heads of the trail: hashes, and keyed commitments where an entry says private things"),
        about=About.BOTH,
        period=Period(Unit.ALWAYS),
        begins=_("for good: without each of them nobody could show that no entry was changed, added or lost"),
        basis="Art. 5(2) GDPR",
        way=Way.KEEP,
        head="audit_signedhead",
        since="t.at",
    ),
    Rule(
        key="audit.key",
        data=_("Keys to the commitments about one person"),
        about=About.BOTH,
        period=Period(Unit.ALWAYS),
        begins=_("until the person is forgotten with the account or the erasure: then their seals tell nothing more"),
        basis="Art. 5(2), 17 GDPR",
        way=Way.KEEP,
        head="audit_privatekey",
        pk="scope",
        since="NULL::timestamptz",
    ),
)
TABLES = (
    table("audit_anchor", "id head place at"),
    table("audit_auditentry", "id", audit__entry="at actor job verb subject_type subject_id customer_id before after"),
    table("audit_privatekey", audit__key="scope key"),
    table("audit_seal", "index", audit__seal="entry committed leaf_hash"),
    table("audit_signedhead", "id tree_size root at key signature last_entry"),
    table("audit_tile", "id level index hash"),
    table("audit_verification", "id at tree_size ok finding values"),
)

RETENTION = Retention(RULES, TABLES)

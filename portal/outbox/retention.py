"""How long messages are kept: mails with their words, letters, and events between the rooms."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import STORAGE_LIMITATION, About, Bounds, Period, Retention, Rule, Unit, table

#: A bundle's first row stands for all: it lets go of the others before it goes.
_UNBUNDLE = (
    "UPDATE outbox_outboxmessage SET leader_id = NULL, gathered_on = NULL"
    " WHERE leader_id = ANY (%(ids)s) AND NOT id = ANY (%(ids)s)"
)
_GO = (
    _UNBUNDLE,
    "DELETE FROM outbox_readmark WHERE message_id = ANY (%(ids)s)",
    "DELETE FROM outbox_outboxmessage WHERE id = ANY (%(ids)s)",
)
RULES = (
    Rule(
        key="outbox.feedback",
        data=_("Feedback on accessibility: its words, the page, and an address for the answer if one was given"),
        about=About.BOTH,
        period=Period(Unit.DAYS, 60, Bounds(7, 365)),
        begins=_("from the delivery, or from the day on which somebody gave it up"),
        basis=STORAGE_LIMITATION,
        head="outbox_outboxmessage",
        since="coalesce(t.done_at, t.given_up_at)",
        ready="t.topic = 'accessibility_feedback'",
        goes=_GO,
    ),
    Rule(
        key="outbox.message",
        data=_("Messages: mails to employees, letters to customers, notes from room to room"),
        about=About.BOTH,
        period=Period(Unit.DAYS, 365, Bounds(30, 1095)),
        begins=_("from the delivery, or from the day on which somebody gave it up"),
        basis=STORAGE_LIMITATION,
        head="outbox_outboxmessage",
        since="coalesce(t.done_at, t.given_up_at)",
        ready="NOT EXISTS (SELECT FROM outbox_outboxmessage o WHERE o.leader_id = t.id AND o.id <> t.id"
        " AND coalesce(o.done_at, o.given_up_at) IS NULL)",
        goes=_GO,
    ),
)
TABLES = (
    table("outbox_heartbeat", "part at"),
    table(
        "outbox_outboxmessage",
        "id kind urgent",
        outbox__feedback="payload recipient",
        outbox__message="key topic recipient payload created_at due_at attempts last_error done_at parked_at leader gathered_on given_up_at given_up_by given_up_reason",
    ),
    table("outbox_readmark", outbox__message="message at"),
)

RETENTION = Retention(RULES, TABLES)

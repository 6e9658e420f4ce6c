"""How long what other systems were told is kept."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from portal.retention.rules import STORAGE_LIMITATION, About, Period, Retention, Rule, Unit, table

RULES = (
    Rule(
        key="webhooks.event",
        data=_("Events for other systems, with the attempts to deliver them"),
        about=About.CUSTOMER,
        period=Period(Unit.DAYS, 30),
        begins=_("from the event; what waits for a receiver that is switched on stays until it is delivered"),
        basis=STORAGE_LIMITATION,
        head="webhooks_event",
        since="t.happened_at",
        ready="t.matched_at IS NOT NULL AND NOT EXISTS (SELECT FROM webhooks_delivery d JOIN webhooks_endpoint p"
        " ON p.id = d.endpoint_id WHERE d.event_id = t.id AND d.state = 'waiting' AND p.state = 'on')",
        job="webhooks.forget",
    ),
)
TABLES = (
    table("webhooks_attempt", "id status problem milliseconds", webhooks__event="delivery at"),
    table("webhooks_delivery", "id endpoint state tries", webhooks__event="event customer_id due_at done_at"),
    table(
        "webhooks_endpoint",
        "id name url events state salt fingerprint old_salt old_fingerprint old_until created_at failures failing_since rest_until last_success_at",
        people__account="created_by",
    ),
    table("webhooks_event", "id uid type", webhooks__event="customer_id data happened_at matched_at"),
)

RETENTION = Retention(RULES, TABLES)

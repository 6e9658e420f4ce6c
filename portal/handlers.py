"""The roof's one table: which functions hear which event of the outbox. Handlers are idempotent."""

from portal.outbox.delivery import Handler

HANDLERS: dict[str, tuple[Handler, ...]] = {}

"""The figures in the words of Prometheus. Each name is explained in docs/operations.md, with its alarm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from portal.operations.figures import Figure, figures

#: Name of a figure: name for Prometheus, what it says, and what its labels tell apart.
FAMILIES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "decisions": ("decisions_last_hour", "Decisions of the last hour.", ("asked_by", "outcome")),
    "outbox_waiting": ("outbox_waiting", "Messages that are due and not delivered.", ()),
    "outbox_age": ("outbox_oldest_seconds", "For how long the oldest of them has been due.", ()),
    "outbox_parked": ("outbox_parked", "Messages that failed ten times and wait for an administrator.", ()),
    "reminders_due": ("reminders_due", "Reminders that are due and not delivered.", ()),
    "reminders_sent": ("reminders_sent_last_day", "Reminders delivered in the last 24 hours.", ()),
    "webhooks_waiting": ("webhooks_waiting", "Events that wait to be sent to other systems.", ()),
    "sign_of_life": ("sign_of_life_seconds", "Since the last sign of life of worker, beat or relay.", ("part",)),
    "success": ("last_success_seconds", "Since a backup was last written, or restored and verified.", ("kind",)),
    "sessions": ("sessions", "Sessions that have not ended.", ()),
    "audit_age": ("audit_entry_seconds", "Since the newest entry of the audit trail.", ()),
    "audit_head": ("audit_head_seconds", "Since a head of the trail was last signed.", ()),
    "audit_verified": ("audit_verified_seconds", "Since the trail was last verified and right.", ()),
}


class Figures(Collector):
    """Asks once, when it is asked."""

    def __init__(self, found: Iterable[Figure]) -> None:
        self.found = list(found)

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("kontaktklar_build", "The portal's version.", value={"version": settings.VERSION})
        for key, (name, words, labels) in FAMILIES.items():
            family = GaugeMetricFamily(f"kontaktklar_{name}", words, labels=labels)
            for figure in self.found:
                if figure.name == key:
                    family.add_metric([figure.label, figure.second][: len(labels)], figure.value)
            yield family


def exposition(*, at: datetime) -> bytes:
    """The text that Prometheus reads; a registry of its own for each answer, so nothing is kept in a process."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(figures(at=at)))
    return generate_latest(registry)

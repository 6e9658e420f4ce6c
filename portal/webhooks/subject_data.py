"""Which systems were told something about a customer (Art. 15 GDPR: recipients)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.subjects import Asked, Contributor, Section, item, record_of
from portal.webhooks.models import Delivery


def gather(asked: Asked) -> Iterator[Section]:
    rows = Delivery.objects.filter(customer_id=asked.customer.pk, state=Delivery.State.DELIVERED)
    yield Section(
        "recipients",
        _("Systems that were told something about you"),
        _("So that systems of the company and its processors keep to your choices."),
        _("Thirty days; the messages hold numbers and states, and nobody's name."),
        [
            [
                item("system", _("System"), row.endpoint.name),
                item("host", _("Host"), row.endpoint.host),
                *record_of(row.event, ("type", _("what")), ("happened_at", _("when"))),
                item("data", _("Told"), row.event.data, ", ".join(f"{k}={v}" for k, v in row.event.data.items())),
            ]
            for row in rows.select_related("endpoint", "event").order_by("pk")
        ],
    )


SUBJECT_DATA = Contributor(models=("webhooks.Delivery", "webhooks.Event"), gather=gather)

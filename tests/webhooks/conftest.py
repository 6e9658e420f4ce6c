from datetime import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from portal.webhooks import services
from portal.webhooks.models import Endpoint, EventType
from portal.webhooks.telling import tell
from tests.cast import person
from tests.webhooks.receiver import Receiver

EVERYTHING = list(EventType.values)


@pytest.fixture(autouse=True)
def _own_machine(settings):
    """Receivers of tests are on this machine, under http."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.1/32"]
    settings.WEBHOOK_TIMEOUT_SECONDS = 2


@pytest.fixture
def clock() -> datetime:
    """The machine's own: receivers refuse signatures of another day."""
    return timezone.now()


@pytest.fixture
def adam(db):
    return person("adam", "administrator")


@pytest.fixture
def receiver():
    with Receiver() as one:
        yield one


def endpoint_at(adam, url: str, at: datetime, *, name: str = "crm", events=EVERYTHING) -> tuple[Endpoint, str]:
    return services.register_endpoint(adam, name=name, url=url, events=events, at=at)


def say(customer_id: int | None, at: datetime, *, number: int = 1, type=EventType.CONSENT_CHANGED) -> None:
    """One event, as a verb would write it."""
    with transaction.atomic():
        data = {"customer": f"C-{customer_id}", "customer_id": customer_id, "number": number}
        tell(type, data, customer_id=customer_id, at=at)

from celery import shared_task
from django.utils import timezone

from portal.outbox.delivery import deliver_due


@shared_task(name="outbox.deliver")
def deliver() -> int:
    return deliver_due(at=timezone.now())

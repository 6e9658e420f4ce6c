from celery import shared_task
from django.utils import timezone

from consent.services import record_passage


@shared_task(name="consent.record_passage")
def record_passage_task() -> int:
    return record_passage(at=timezone.now())

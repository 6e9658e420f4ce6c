from celery import shared_task
from django.utils import timezone

from consent import services


@shared_task(name="consent.record_passage")
def record_passage_task() -> int:
    now = timezone.now()
    services.apply_thresholds(at=now)
    return services.record_passage(at=now)


@shared_task(name="consent.drop_unconfirmed")
def drop_unconfirmed_task() -> int:
    return services.drop_unconfirmed(at=timezone.now())


@shared_task(name="consent.warn_ahead")
def warn_ahead_task() -> int:
    return services.warn_ahead(at=timezone.now())

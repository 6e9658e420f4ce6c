from celery import shared_task
from django.utils import timezone

from training.services import remind_certificates
from training.services.quiz import close_overdue


@shared_task(name="training.remind")
def remind() -> int:
    return remind_certificates(at=timezone.now())


@shared_task(name="training.close_attempts")
def close_attempts() -> int:
    return close_overdue(at=timezone.now())

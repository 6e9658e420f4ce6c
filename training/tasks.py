from celery import shared_task
from django.utils import timezone

from training.services import remind_certificates


@shared_task(name="training.remind")
def remind() -> int:
    return remind_certificates(at=timezone.now())

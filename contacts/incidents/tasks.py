from celery import shared_task
from django.utils import timezone

from contacts.incidents.services.clock import remind_deadlines


@shared_task(name="incidents.remind")
def remind() -> int:
    return remind_deadlines(at=timezone.now())

from celery import shared_task
from django.utils import timezone

from contacts.customers.suppression.lists import remind_overdue


@shared_task(name="suppression.remind_lists")
def remind_lists() -> int:
    return remind_overdue(at=timezone.now())

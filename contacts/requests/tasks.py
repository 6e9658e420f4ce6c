from celery import shared_task
from django.utils import timezone

from contacts.requests.services import escalating, lifecycle


@shared_task(name="requests.end_permits")
def end_permits() -> int:
    return lifecycle.end_permits(at=timezone.now())


@shared_task(name="requests.lapse")
def lapse() -> int:
    return lifecycle.lapse_requests(at=timezone.now())


@shared_task(name="requests.remind")
def remind() -> int:
    at = timezone.now()
    permits = lifecycle.remind_permits(at=at) + lifecycle.remind_uses(at=at)
    return lifecycle.remind_reviews(at=at) + permits + escalating.remind_due(at=at)


@shared_task(name="requests.escalate")
def escalate() -> int:
    at = timezone.now()
    return escalating.escalate(at=at) + escalating.alarm_danger(at=at)

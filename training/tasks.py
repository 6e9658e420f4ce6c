from celery import shared_task
from django.utils import timezone

from training.services import check_cases, remind_training
from training.services.quiz import close_overdue


@shared_task(name="training.remind")
def remind() -> int:
    return remind_training(at=timezone.now())


@shared_task(name="training.close_attempts")
def close_attempts() -> int:
    return close_overdue(at=timezone.now())


@shared_task(name="training.check_cases")
def look_at_cases() -> int:
    return check_cases(at=timezone.now())

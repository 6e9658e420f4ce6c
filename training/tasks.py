from celery import shared_task
from django.utils import timezone

from training.services import check_cases, remind_training
from training.services.more_time import forget_more_time
from training.services.quiz import close_overdue


@shared_task(name="training.remind")
def remind() -> int:
    return remind_training(at=timezone.now())


@shared_task(name="training.close_attempts")
def close_attempts() -> int:
    return close_overdue(at=timezone.now())


@shared_task(name="training.forget_more_time")
def forget() -> int:
    return forget_more_time(at=timezone.now())


@shared_task(name="training.check_cases")
def look_at_cases() -> int:
    return check_cases(at=timezone.now())

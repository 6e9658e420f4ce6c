from datetime import datetime

from portal.jobs import clock_job
from training.services import check_cases, remind_training
from training.services.more_time import forget_more_time
from training.services.quiz import close_overdue


@clock_job("training.remind")
def remind(at: datetime) -> int:
    return remind_training(at=at)


@clock_job("training.close_attempts")
def close_attempts(at: datetime) -> int:
    return close_overdue(at=at)


@clock_job("training.forget_more_time")
def forget(at: datetime) -> int:
    return forget_more_time(at=at)


@clock_job("training.check_cases")
def look_at_cases(at: datetime) -> int:
    return check_cases(at=at)

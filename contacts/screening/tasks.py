from datetime import datetime

from contacts.screening.services.forgetting import forget
from contacts.screening.services.working import run_waiting
from portal.jobs import clock_job


@clock_job("screening.run")
def run(at: datetime) -> int:
    return run_waiting(at=at)


@clock_job("screening.forget")
def forget_lists(at: datetime) -> int:
    return forget(at=at)

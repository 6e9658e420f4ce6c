from datetime import datetime

from portal.jobs import clock_job
from portal.retention.reminding import remind_holds
from portal.retention.running import run


@clock_job("retention.run")
def run_retention(at: datetime) -> int:
    return run(at=at)


@clock_job("retention.remind_holds")
def remind_of_holds(at: datetime) -> int:
    return remind_holds(at=at)

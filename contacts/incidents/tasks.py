from datetime import datetime

from contacts.incidents.services.clock import remind_deadlines
from portal.jobs import clock_job


@clock_job("incidents.remind")
def remind(at: datetime) -> int:
    return remind_deadlines(at=at)

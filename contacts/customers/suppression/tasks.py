from datetime import datetime

from contacts.customers.suppression.lists import remind_overdue
from portal.jobs import clock_job


@clock_job("suppression.remind_lists")
def remind_lists(at: datetime) -> int:
    return remind_overdue(at=at)

from datetime import datetime

from portal.desk.processing import reminding
from portal.jobs import clock_job


@clock_job("processing.remind_reviews")
def remind_of_reviews(at: datetime) -> int:
    return reminding.remind_reviews(at=at)

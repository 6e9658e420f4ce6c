from datetime import datetime

from portal.jobs import clock_job
from portal.webhooks import delivering, forgetting


@clock_job("webhooks.send")
def send(at: datetime) -> int:
    return delivering.send_due(at=at)


@clock_job("webhooks.forget")
def forget(at: datetime) -> int:
    return forgetting.forget(at=at)

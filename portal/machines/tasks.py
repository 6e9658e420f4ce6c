from datetime import datetime

from portal.jobs import clock_job
from portal.machines.once import forget_keys


@clock_job("machines.forget_keys")
def forget_keys_task(at: datetime) -> int:
    return forget_keys(at=at)

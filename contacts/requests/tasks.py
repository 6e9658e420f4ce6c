from datetime import datetime

from contacts.requests.services import escalating, lifecycle
from portal.jobs import clock_job


@clock_job("requests.end_permits")
def end_permits(at: datetime) -> int:
    return lifecycle.end_permits(at=at)


@clock_job("requests.lapse")
def lapse(at: datetime) -> int:
    return lifecycle.lapse_requests(at=at)


@clock_job("requests.remind")
def remind(at: datetime) -> int:
    permits = lifecycle.remind_permits(at=at) + lifecycle.remind_uses(at=at)
    return lifecycle.remind_reviews(at=at) + permits


@clock_job("requests.remind_due")
def remind_due(at: datetime) -> int:
    return escalating.remind_due(at=at)


@clock_job("requests.escalate")
def escalate(at: datetime) -> int:
    return escalating.escalate(at=at) + escalating.alarm_danger(at=at)

from datetime import datetime

from django.conf import settings

from contacts.rights.services.clock import remind_deadlines
from contacts.rights.services.ledger import write_out
from portal.jobs import clock_job


@clock_job("rights.remind")
def remind(at: datetime) -> int:
    return remind_deadlines(at=at)


@clock_job("rights.write_ledger")
def write_ledger(at: datetime) -> int:
    return write_out(settings.ERASURE_LEDGER, at=at)

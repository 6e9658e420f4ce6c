from datetime import datetime

from contacts.rulebook.services import announce_in_force
from portal.jobs import clock_job


@clock_job("rulebook.announce")
def announce(at: datetime) -> int:
    return announce_in_force(at=at)

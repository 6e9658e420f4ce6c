from datetime import datetime

from portal.audit.watching import seal_and_anchor, verify_nightly
from portal.jobs import clock_job


@clock_job("audit.seal")
def seal(at: datetime) -> int:
    return seal_and_anchor(at=at)


@clock_job("audit.verify")
def verify(at: datetime) -> int:
    return verify_nightly(at=at)

from datetime import datetime

from contacts.customers.importing.working import run_waiting
from portal.jobs import clock_job


# Each run has a lock of its own, so two workers go on with two lists.
@clock_job("customers.run_imports", at_once=True)
def run_imports(at: datetime) -> int:
    return run_waiting(at=at)

from datetime import datetime

from contacts.customers.importing.working import run_waiting
from portal.jobs import clock_job


# One turn at a time: two would take two minutes of every process of a small worker, and nothing else had a turn.
@clock_job("customers.run_imports")
def run_imports(at: datetime) -> int:
    return run_waiting(at=at)

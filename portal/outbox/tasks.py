from datetime import datetime

from portal.jobs import clock_job
from portal.outbox import heartbeats
from portal.outbox.alarms import alarm_parked
from portal.outbox.delivery import deliver_due


# Any number of relays may run: each claims its own rows.
@clock_job("outbox.deliver", at_once=True)
def deliver(at: datetime) -> int:
    done = deliver_due(at=at)
    heartbeats.note(heartbeats.Part.RELAY, at=at)
    return done


@clock_job("outbox.alarm_parked")
def alarm(at: datetime) -> int:
    return alarm_parked(at=at)


@clock_job("outbox.heartbeat", at_once=True)
def heartbeat(at: datetime) -> int:
    """That this runs shows that a worker still hears, and every job notes it; this one comes when no other is due."""
    return 1

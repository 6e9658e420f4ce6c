"""Administrators hear within minutes that a message was parked, once a day for each kind of message."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from portal.access.roles import Role
from portal.outbox import services
from portal.outbox.models import OutboxMessage
from portal.people.models import User

TOPIC = "outbox_parked"


@transaction.atomic
def alarm_parked(*, at: datetime) -> int:
    """Mails about what is parked and not settled; returns how many are new. An alarm that is itself parked alarms
    nobody: the mail server is down then, which the page of deliveries says and /readyz calls `failing`."""
    parked = OutboxMessage.objects.parked().exclude(topic=TOPIC).values_list("topic")
    found = dict(parked.annotate(n=Count("pk")).order_by("topic"))
    if not found:
        return 0
    day = timezone.localdate(at).isoformat()
    wanted = {
        f"parked:{topic}:{day}:{one.pk}": (one, topic)
        for topic in found
        for one in User.objects.with_role(Role.ADMINISTRATOR)
    }
    known = set(OutboxMessage.objects.filter(key__in=wanted).values_list("key", flat=True))
    for key, (one, topic) in wanted.items():
        if key not in known:
            context = {"topic": topic, "count": found[topic]}
            services.mail(to=one, template=TOPIC, context=context, at=at, key=key)
    return len(wanted.keys() - known)

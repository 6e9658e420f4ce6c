"""The account for the day on which the company's sign-in service is down: whoever uses it is seen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portal.access.roles import Role
from portal.audit.services import record
from portal.outbox import services as outbox
from portal.people.models import User


@transaction.atomic
def tell(acting_user: User, *, at: datetime) -> None:
    """Write the sign-in into the trail and tell every administrator and data protection officer at once."""
    after = {"email": acting_user.email}
    record(acting_user, "person.broke_glass", "person", acting_user.pk, at=at, after=after)
    told = User.objects.with_role(Role.ADMINISTRATOR) | User.objects.with_role(Role.DPO)
    for person in told.distinct():
        context = {"at": at.isoformat(), "account": acting_user.email}
        outbox.mail(to=person, template="broke_glass", context=context, at=at)

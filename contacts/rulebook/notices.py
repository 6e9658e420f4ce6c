"""The mails of this room: put into the outbox within the transaction of what they tell about."""

from __future__ import annotations

from datetime import datetime

from contacts.rulebook.models import RuleSetVersion
from portal.access.roles import Role
from portal.outbox import services as outbox
from portal.people.models import User


def released(version: RuleSetVersion, *, at: datetime) -> None:
    """The officers learn of every release, whoever released it."""
    assert version.effective_from is not None
    assert version.released_by is not None
    context = {
        "number": version.number,
        "effective_from": version.effective_from.isoformat(),
        "released_by": version.released_by.get_full_name(),
        "reason": version.reason,
    }
    for officer in User.objects.with_role(Role.DPO):
        key = f"rules:{version.number}:released:{officer.pk}"
        outbox.mail(to=officer, template="rules_released", context=context, at=at, key=key)

"""Verbs of the help: going through the first visit, and sending feedback on accessibility."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portal.access.roles import Role
from portal.help import visits
from portal.outbox import services as outbox
from portal.people.models import User

TEMPLATE = "accessibility_feedback"


@transaction.atomic
def go_on_with_visit(acting_user: User, *, act: str) -> int:
    """Next step, step back, not now, or from the beginning; returns the step that is shown from now on (0 = none). No
    entry in the trail: it is as little anybody's business as the colours somebody likes.

    Raises ValueError for another act.
    """
    user = User.objects.select_for_update().get(pk=acting_user.pk)
    wanted = visits.after(act, now=visits.shown(user), last=len(visits.steps_for(user)))
    user.first_visit = acting_user.first_visit = wanted
    user.save(update_fields=["first_visit"])
    return wanted


@transaction.atomic
def send_feedback(*, words: str, page: str, reply_to: str, at: datetime) -> int:
    """A mail to whoever answers for accessibility: the data protection officers, or the administrators where there is
    none. Returns to how many it goes. Who wrote is not kept, unless they gave an address for the answer.
    """
    receivers = list(User.objects.with_role(Role.DPO)) or list(User.objects.with_role(Role.ADMINISTRATOR))
    told = {"words": words, "page": page, "reply_to": reply_to}
    for receiver in receivers:
        outbox.mail(to=receiver, template=TEMPLATE, context=told, at=at)
    return len(receivers)

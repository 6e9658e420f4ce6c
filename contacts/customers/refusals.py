"""What a refusal ends in other rooms, in the commit of the refusal. Customers know no room above: the roof says whom to
tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from contacts.customers.models import Objection
from portal.audit.services import Job

if TYPE_CHECKING:
    from portal.people.models import User

#: Called with who recorded the objections, the objections, and the clock's time; under the locks of their customers.
Follower = Callable[["User | Job", Sequence[Objection], datetime], object]


def follow_refusals(actor: User | Job, objections: Sequence[Objection], *, at: datetime) -> None:
    """Let every room end what these objections reach. The caller's transaction and locks."""
    followers: tuple[Follower, ...] = import_string(settings.REFUSAL_FOLLOWERS)
    for follower in followers:
        follower(actor, objections, at)

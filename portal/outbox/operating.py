"""What an administrator does about a parked message: try again, or give it up with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.outbox import bundles
from portal.outbox.models import OutboxMessage

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def try_again(acting_user: User, *, message: OutboxMessage, at: datetime) -> None:
    """The relay takes it up anew, with ten tries. Raises ValidationError if it is not parked any more."""
    require_role(acting_user, Role.ADMINISTRATOR)
    locked = _lock(message)
    bundles.together(locked).update(parked_at=None, attempts=0, due_at=at)
    before = {"attempts": locked.attempts, "since": locked.parked_at}
    record(acting_user, "outbox.tried_again", "outbox_message", locked.pk, at=at, before=before, after=_about(locked))


@transaction.atomic
def give_up(acting_user: User, *, message: OutboxMessage, reason: str, at: datetime) -> None:
    """It will not be delivered; the receiver can still read it in the portal. Raises ValidationError without a reason,
    and if it is not parked any more."""
    require_role(acting_user, Role.ADMINISTRATOR)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: the trail keeps it.")})
    locked = _lock(message)
    given_up = {"given_up_at": at, "given_up_by": acting_user, "given_up_reason": reason.strip()}
    bundles.together(locked).update(**given_up)
    after = _about(locked) | {"reason": reason.strip()}
    before = {"attempts": locked.attempts, "since": locked.parked_at}
    record(acting_user, "outbox.given_up", "outbox_message", locked.pk, at=at, before=before, after=after)


def _lock(message: OutboxMessage) -> OutboxMessage:
    locked = OutboxMessage.objects.parked().select_for_update(of=("self",)).filter(pk=message.pk).first()
    if locked is None:
        raise ValidationError(_("This message is not parked any more. Look at the list again; nothing was changed."))
    return locked


def _about(message: OutboxMessage) -> dict[str, str]:
    """Which kind of message; what it says and to whom stays out of the trail."""
    return {"topic": message.topic, "kind": message.kind}

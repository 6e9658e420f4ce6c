"""What administrators do about receivers in other systems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.webhooks import rules, signing
from portal.webhooks.models import Delivery, Endpoint
from portal.webhooks.outcomes import drop_waiting
from portal.webhooks.urls_given import demand_url

if TYPE_CHECKING:
    from portal.people.models import User

State = Endpoint.State


@transaction.atomic
def register_endpoint(
    acting_user: User, *, name: str, url: str, events: Sequence[str], at: datetime
) -> tuple[Endpoint, str]:
    """A new receiver, and its secret, returned to be shown once and kept nowhere.

    Raises ValidationError for a name that was given before, an address that cannot be called, or no event.
    """
    require_role(acting_user, Role.ADMINISTRATOR)
    if Endpoint.objects.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("A receiver of this name is in the trail already. Choose another name.")})
    demand_url(url)
    salt = signing.new_salt()
    secret = signing.secret_of(salt)
    endpoint = Endpoint(name=name, url=url, events=sorted(set(events)), salt=salt, created_by=acting_user)
    endpoint.created_at, endpoint.fingerprint = at, signing.fingerprint(secret)
    endpoint.full_clean()
    endpoint.save(force_insert=True)
    after = {"host": endpoint.host, "events": endpoint.events}
    record(acting_user, "webhook.registered", "webhook", endpoint.name, at=at, after=after)
    return endpoint, signing.as_shown(secret)


@transaction.atomic
def rotate_secret(acting_user: User, *, endpoint: Endpoint, at: datetime) -> tuple[Endpoint, str]:
    """A new secret, shown once. For a day the earlier one signs as well, so that the receiver can change over."""
    require_role(acting_user, Role.ADMINISTRATOR)
    locked = _lock(endpoint)
    locked.old_salt, locked.old_fingerprint, locked.old_until = locked.salt, locked.fingerprint, at + rules.GRACE
    locked.salt = signing.new_salt()
    secret = signing.secret_of(locked.salt)
    locked.fingerprint = signing.fingerprint(secret)
    locked.save(update_fields=["salt", "fingerprint", "old_salt", "old_fingerprint", "old_until"])
    record(acting_user, "webhook.rotated", "webhook", locked.name, at=at, after={"until": locked.old_until})
    return locked, signing.as_shown(secret)


@transaction.atomic
def switch_off(acting_user: User, *, endpoint: Endpoint, at: datetime) -> Endpoint:
    """No try begins and nothing is kept for it from this commit on; one that is on its way already cannot be called
    back. Switched off again, nothing changes."""
    require_role(acting_user, Role.ADMINISTRATOR)
    locked = _lock(endpoint)
    if locked.state != State.OFF:
        before, locked.state = locked.state, State.OFF
        locked.save(update_fields=["state"])
        drop_waiting(locked, at=at)
        _record_state(acting_user, "webhook.switched_off", locked, before, at)
    return locked


@transaction.atomic
def switch_on(acting_user: User, *, endpoint: Endpoint, at: datetime) -> Endpoint:
    """It is called again; what a failing one has collected in the last thirty days goes out, in its order. One that
    wanted nothing gets nothing of before. Switched on again, nothing changes."""
    require_role(acting_user, Role.ADMINISTRATOR)
    locked = _lock(endpoint)
    if locked.state != State.ON:
        before, locked.state = locked.state, State.ON
        if before != State.FAILING:
            drop_waiting(locked, at=at)
        locked.failures, locked.failing_since, locked.rest_until = 0, None, None
        locked.save(update_fields=["state", "failures", "failing_since", "rest_until"])
        waiting = Delivery.objects.filter(endpoint=locked, state=Delivery.State.WAITING)
        waiting.update(due_at=at, tries=0)
        _record_state(acting_user, "webhook.switched_on", locked, before, at)
    return locked


@transaction.atomic
def send_again(acting_user: User, *, delivery: Delivery, at: datetime) -> Delivery:
    """Send once more what was delivered, given up or not wanted, under the same id and with ten tries. Raises
    ValidationError for what waits anyway, and where the receiver is not on."""
    require_role(acting_user, Role.ADMINISTRATOR)
    endpoint = _lock(delivery.endpoint)
    mine = Delivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=delivery.pk)
    if endpoint.state != State.ON:
        raise ValidationError(_("This receiver is not switched on. Switch it on first; nothing was changed."))
    if mine.state == Delivery.State.WAITING:
        raise ValidationError(_("This event waits to be sent anyway. Nothing was changed."))
    before = mine.state
    mine.state, mine.due_at, mine.tries, mine.done_at = Delivery.State.WAITING, at, 0, None
    mine.save(update_fields=["state", "due_at", "tries", "done_at"])
    after = {"message": mine.event.message_id, "topic": mine.event.type}
    about = {"at": at, "before": {"delivery": before}, "after": after}
    record(acting_user, "webhook.sent_again", "webhook", endpoint.name, **about)
    return mine


def _record_state(acting_user: User, verb: str, endpoint: Endpoint, before: str, at: datetime) -> None:
    after = {"state": endpoint.state}
    record(acting_user, verb, "webhook", endpoint.name, at=at, before={"state": before}, after=after)


def _lock(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)

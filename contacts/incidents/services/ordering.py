"""The order that forbids further private use: issued by an officer, acknowledged by its receiver."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.incidents import notices
from contacts.incidents.letters import order_title
from contacts.incidents.models import Incident, Order
from contacts.incidents.services.common import NotNow, demand_judge, demand_words, lock_incident, note

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def issue_order(acting_user: User, *, incident: Incident, body: str, at: datetime) -> Order:
    """Forbid the reporter further private use, in their language; they are told at once. Once for each incident."""
    locked, at = lock_incident(incident, at)
    demand_judge(acting_user, locked)
    words = demand_words("body", body, _("Write the order first; the receiver must know what is forbidden."))
    if Order.objects.filter(incident=locked).exists():
        raise NotNow(_("The order was issued already. Nothing was changed."))
    receiver = locked.reporter
    made = Order(incident=locked, receiver=receiver, language=receiver.language, title=order_title(receiver.language))
    made.body, made.issued_at, made.issued_by = words, at, acting_user
    made.full_clean()
    made.save(force_insert=True)
    note(acting_user, "order_issued", locked, at=at, person=receiver.pk)
    notices.order_issued(made, at=at)
    return made


@transaction.atomic
def acknowledge_order(acting_user: User, *, order: Order, at: datetime) -> Order:
    """The receiver has read it. Raises PermissionDenied for anybody else, NotNow for the second press."""
    _incident, at = lock_incident(order.incident, at)
    locked = Order.objects.select_for_update(of=("self",)).select_related("incident").get(pk=order.pk)
    if locked.receiver_id != acting_user.pk or not acting_user.is_active:
        raise PermissionDenied
    if locked.acknowledged_at is not None:
        raise NotNow(_("You have acknowledged this order already. Nothing was changed."))
    locked.acknowledged_at = max(at, locked.issued_at)
    locked.save(update_fields=["acknowledged_at"])
    note(acting_user, "order_acknowledged", locked.incident, at=at)
    return locked

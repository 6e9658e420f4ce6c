"""Restriction of processing (Art. 18 GDPR): while it lasts the customer counts as fully blocked (rules OBJ-02 to
OBJ-04), and no consent lifts that."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers.models import Restriction
from contacts.customers.selectors import lock_present, moment, restriction_of
from contacts.customers.services import tick
from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User


@transaction.atomic
def restrict(acting_user: User, *, customer: Customer, reason: str, at: datetime) -> Restriction:
    """From this commit on nothing but what the law leaves is allowed. Raises ValidationError where it is restricted
    already, without a reason, and for somebody who was erased."""
    require_role(acting_user, Role.DPO)
    locked = lock_present(customer.pk)
    at = moment(locked, at)
    if restriction_of(locked.pk) is not None:
        raise ValidationError(_("The data of this customer are restricted already. Nothing was changed."))
    made = Restriction(customer=locked, since=at, reason=_said(reason), recorded_by=acting_user)
    made.full_clean()
    made.save(force_insert=True)
    _told(acting_user, "restriction.recorded", made, at)
    return made


@transaction.atomic
def lift_restriction(acting_user: User, *, customer: Customer, reason: str, at: datetime) -> Restriction:
    """The restriction ends; what was refused otherwise stays refused. Raises ValidationError where there is none."""
    require_role(acting_user, Role.DPO)
    locked = lock_present(customer.pk)
    at, found = moment(locked, at), restriction_of(locked.pk)
    if found is None:
        raise ValidationError(_("The data of this customer are not restricted. Nothing was changed."))
    found.until, found.lifted_by, found.lift_reason = at, acting_user, _said(reason)
    found.save(update_fields=["until", "lifted_by", "lift_reason"])
    _told(acting_user, "restriction.lifted", found, at)
    return found


def _said(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: it must be understood in years to come.")})
    return reason.strip()


def _told(acting_user: User, verb: str, row: Restriction, at: datetime) -> None:
    """The entry, and word to the roof that answers may have changed."""
    before = {"restricted": row.until is not None}
    after = {"restricted": row.until is None}
    record(acting_user, verb, "restriction", row.pk, at=at, customer_id=row.customer_id, before=before, after=after)
    tick(row.customer, at)
    outbox.event("customer.grounds_changed", {"customer_id": row.customer_id, "because": verb}, at=at)

"""Links for customers that somebody in the company hands out: to their own page, and to unsubscribe."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consent import rules
from consent.models import PreferenceLink
from consent.services.common import KEEPERS, WITHDRAWERS
from consent.services.links import LETTER, PAUSE, preference_link, unsubscribe_link
from contacts.customers.selectors import lock_customer
from portal.access.roles import require_role
from portal.audit.services import record
from portal.outbox import services as outbox
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint
    from portal.people.models import User


@transaction.atomic
def mail_preference_link(acting_user: User, *, point: ContactPoint, at: datetime) -> PreferenceLink:
    """Send the customer the link to their own page, because they asked for it.

    Raises ValidationError for an address that is no e-mail address or not used any more, and within ten minutes
    of the last link.
    """
    require_role(acting_user, *KEEPERS)
    customer = lock_customer(point.customer_id)
    _demand_email(point)
    recent = PreferenceLink.objects.filter(
        kind=PreferenceLink.Kind.PAGE, contact_point=point, created_at__gt=at - PAUSE
    )
    if recent.exists():
        raise ValidationError(_("A link went to this address within the last ten minutes. Nothing was sent again."))
    link = preference_link(customer=customer, point=point, at=at)
    outbox.letter(LETTER, {"link_id": link.pk}, at=at, key=f"link:{link.pk}")
    after = {"contact_point": point.pk}
    record(
        acting_user, "preference_link.sent", "customer", customer.number, at=at, customer_id=customer.pk, after=after
    )
    return link


@transaction.atomic
def make_unsubscribe_link(acting_user: User, *, point: ContactPoint, purpose: str, at: datetime) -> PreferenceLink:
    """A link for the headers of one advertising mail (RFC 8058). Raises ValidationError for other mails."""
    require_role(acting_user, *WITHDRAWERS)
    customer = lock_customer(point.customer_id)
    _demand_email(point)
    if purpose not in rules.ADVERTISING:
        raise ValidationError(_("Only advertising carries an unsubscribe link."))
    link = unsubscribe_link(customer=customer, point=point, purpose=purpose, at=at)
    after = {"contact_point": point.pk, "purpose": purpose}
    record(
        acting_user, "unsubscribe_link.made", "customer", customer.number, at=at, customer_id=customer.pk, after=after
    )
    return link


def _demand_email(point: ContactPoint) -> None:
    point.refresh_from_db()
    if point.channel != Channel.EMAIL or point.retired_at is not None:
        raise ValidationError(_("This is no e-mail address that is in use."))

"""What the verbs share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consent import rules
from consent.models import Consent, ConsentEvent, ConsentText
from contacts.customers.selectors import lock_customer
from portal.access.roles import Role
from portal.vocabulary import Purpose

if TYPE_CHECKING:
    from contacts.customers.models import Customer

KEEPERS = (Role.CONSENT_OFFICER, Role.DPO)
WITHDRAWERS = (Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER, Role.DPO)


def demand_past(field: str, moment: datetime, at: datetime) -> None:
    if moment > at:
        raise ValidationError({field: _("The time lies in the future. Enter when the customer agreed.")})


def demand_fitting(text: ConsentText | None, purpose: str, channel: str, platform: str, given_at: datetime) -> None:
    """A consent covers what its wording said, and only a wording that people could see then."""
    if text is None:
        return
    if text.published_at is None:
        raise ValidationError({"text": _("This wording is a draft that nobody has seen. Publish it first.")})
    if text.purpose != purpose or channel not in text.channels or text.platform not in ("", platform):
        raise ValidationError(
            {"text": _("This wording is about another reason or way of contact. Choose the one the customer saw.")}
        )
    if text.valid_from is not None and text.valid_from > given_at:
        raise ValidationError(
            {"text": _("This wording was not in use yet at that time. Choose the version the customer saw.")}
        )


def lock_present(customer_id: int) -> Customer:
    """The customer under the lock, for somebody who agrees. Raises ValidationError after erasure: what remains of
    the row stands for nobody."""
    customer = lock_customer(customer_id)
    if customer.anonymised_at is not None:
        raise ValidationError(_("This customer has been erased. Nothing can be recorded for this number any more."))
    return customer


def demand_new(origin: str, *, code: str | None = None) -> None:
    """An entry of another system is taken once. Call under the customer's lock, so that two deliveries at once are
    one after the other."""
    if origin and ConsentEvent.objects.filter(origin=origin).exists():
        raise ValidationError({"origin": _("This entry is on record already. Nothing was changed.")}, code=code)


def withdrawn_above(consent: Consent, since: datetime | None) -> bool:
    """Whether a purpose above was taken back on this way after `since`: that reached this one too, although it was
    not on record yet."""
    above = [purpose for purpose in Purpose.values if consent.purpose in rules.below(purpose)]
    taken_back = ConsentEvent.objects.filter(
        consent__customer_id=consent.customer_id,
        consent__purpose__in=above,
        consent__channel=consent.channel,
        consent__platform=consent.platform,
        kind=rules.EventKind.WITHDRAWN,
    )
    return (taken_back if since is None else taken_back.filter(at__gt=since)).exists()


def truncated(text: str, length: int = 300) -> str:
    return " ".join(text.replace("\x00", "").split())[:length]

"""What the verbs share."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import rules
from consent.models import Consent, ConsentEvent, ConsentText
from contacts.customers.models import Objection
from contacts.customers.selectors import usable_points
from contacts.customers.suppression.standing import standing_of
from portal.access.roles import Role
from portal.vocabulary import Purpose

KEEPERS = (Role.CONSENT_OFFICER, Role.DPO)
ON_RECORD = gettext_lazy("This entry is on record already. Nothing was changed.")
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
    if text.valid_until is not None and text.valid_until <= given_at:
        raise ValidationError(
            {"text": _("This wording was no longer in use at that time. Choose the version the customer saw.")}
        )


def demand_new(origin: str) -> None:
    """An entry of another system is taken once; one that was taken out again has not been. Call under the customer's
    lock, so that two deliveries at once are one after the other."""
    if is_on_record(origin):
        raise ValidationError({"origin": ON_RECORD})


def is_on_record(origin: str) -> bool:
    """Whether the number that another system gave stands at an entry already; an entry without one is new."""
    return bool(origin) and ConsentEvent.objects.standing().filter(origin=origin).exists()


def withdrawn_above(consent: Consent, since: datetime | None) -> bool:
    """Whether a purpose above was taken back on this way at `since` or after it: that reached this one too, although
    it was not on record yet."""
    above = [purpose for purpose in Purpose.values if consent.purpose in rules.below(purpose)]
    taken_back = ConsentEvent.objects.filter(
        consent__customer_id=consent.customer_id,
        consent__purpose__in=above,
        consent__channel=consent.channel,
        consent__platform=consent.platform,
        kind=rules.EventKind.WITHDRAWN,
    )
    return (taken_back if since is None else taken_back.filter(at__gte=since)).exists()


def refusals_against(consent: Consent) -> list[datetime]:
    """When this purpose was refused on this way: by the person, and by what the addresses carry. The latest last."""
    binding = {"full_block", "marketing_objection"} if consent.purpose in rules.ADVERTISING else {"full_block"}
    said = Objection.objects.filter(customer_id=consent.customer_id, channel__in=["", consent.channel])
    times = list(said.filter(scope__in=binding).values_list("received_at", flat=True))
    points = usable_points(consent.customer).filter(channel=consent.channel, platform=consent.platform)
    for words in standing_of(points, consent.customer).values():
        times += [since for word, since in words if word in binding]
    return sorted(times)


def truncated(text: str, length: int = 300) -> str:
    return " ".join(text.replace("\x00", "").split())[:length]

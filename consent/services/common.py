"""What the verbs share."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from consent.models import ConsentText
from portal.access.roles import Role

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


def truncated(text: str, length: int = 300) -> str:
    return " ".join(text.replace("\x00", "").split())[:length]

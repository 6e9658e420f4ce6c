"""Setting the thresholds: a new row in the history, never a changed one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consent.models import ThresholdSetting
from consent.selectors import threshold_book
from portal.access.roles import Role, require_role
from portal.audit.services import Job, record

if TYPE_CHECKING:
    from consent.rules import Thresholds
    from portal.people.models import User


@transaction.atomic
def set_thresholds(
    acting_user: User,
    *,
    stale_after_months_unused: int,
    expired_after_months_unused: int,
    doi_ttl_days: int,
    valid_from: datetime,
    reason: str,
    at: datetime,
    purpose: str = "",
    channel: str = "",
) -> ThresholdSetting:
    """Set thresholds from an instant on, for one purpose and channel or ("") for every one. Only the DPO.

    Raises ValidationError for a start in the past (answers given since then would change), and without a reason.
    """
    require_role(acting_user, Role.DPO)
    if valid_from < at:
        raise ValidationError({"valid_from": _("The start lies in the past. Answers that were given would change.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: an authority will ask.")})
    setting = ThresholdSetting(
        purpose=purpose,
        channel=channel,
        stale_after_months_unused=stale_after_months_unused,
        expired_after_months_unused=expired_after_months_unused,
        doi_ttl_days=doi_ttl_days,
        valid_from=valid_from,
        reason=reason.strip(),
        set_by=acting_user,
        set_at=at,
    )
    return _keep(acting_user, setting, at)


@transaction.atomic
def follow_rules(*, thresholds: Thresholds, answered_by: User, reason: str, at: datetime) -> ThresholdSetting | None:
    """Take over the usual thresholds of a rule set that has come into force, for every purpose and channel; None where
    they count already.

    The officer answered for them at the release, which may be long ago: it does not matter what role they have now.
    """
    if threshold_book().at("", "", at) == thresholds:
        return None
    setting = ThresholdSetting(valid_from=at, reason=reason, set_by=answered_by, set_at=at, **asdict(thresholds))
    return _keep(Job("consent.follow_rules"), setting, at)


def _keep(actor: User | Job, setting: ThresholdSetting, at: datetime) -> ThresholdSetting:
    setting.full_clean()
    setting.save(force_insert=True)
    after = {
        "purpose": setting.purpose,
        "channel": setting.channel,
        "stale": setting.stale_after_months_unused,
        "expired": setting.expired_after_months_unused,
        "doi_days": setting.doi_ttl_days,
        "valid_from": setting.valid_from,
    }
    record(actor, "consent.thresholds_set", "thresholds", setting.pk, at=at, after=after)
    return setting

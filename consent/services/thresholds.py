"""Setting the thresholds: a new row in the history, never a changed one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consent.models import ThresholdSetting
from portal.access.roles import Role, require_role
from portal.audit.services import record

if TYPE_CHECKING:
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
    setting.full_clean()
    setting.save(force_insert=True)
    after = {
        "purpose": purpose,
        "channel": channel,
        "stale": stale_after_months_unused,
        "expired": expired_after_months_unused,
        "doi_days": doi_ttl_days,
        "valid_from": valid_from,
    }
    record(acting_user, "consent.thresholds_set", "thresholds", setting.pk, at=at, after=after)
    return setting

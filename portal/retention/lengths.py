"""How long each kind of data is kept at present: what a rule says, the rule book, or the company within its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.database import lock_name
from portal.retention.declared import roof, rules
from portal.retention.models import PeriodSetting
from portal.retention.rules import Rule

if TYPE_CHECKING:
    from portal.people.models import User


def lengths(at: datetime) -> Mapping[str, int]:
    """The length of each rule's period at `at`, in its unit. What is out of the bounds of today's software counts as
    the nearest bound. Two queries."""
    rows = PeriodSetting.objects.filter(set_at__lte=at).order_by("rule", "-pk").distinct("rule")
    chosen = dict(rows.values_list("rule", "length"))
    numbers = roof().numbers(at)
    return {key: _length(rule, chosen.get(key), numbers) for key, rule in rules().items()}


def _length(rule: Rule, chosen: int | None, numbers: Mapping[str, int]) -> int:
    period = rule.period
    if period.set_in:
        return max(period.length, numbers[period.set_in])
    if period.bounds is None or chosen is None:
        return period.length
    return min(max(chosen, period.bounds.least), period.bounds.most)


@transaction.atomic
def set_period(acting_user: User, *, rule: str, length: int, reason: str, at: datetime) -> PeriodSetting:
    """From now on the company keeps this kind of data so long. The officer decides, with a reason.

    Raises ValidationError for a period that a statute or the rule book gives, for one out of bounds, for one that is
    as it was, and without a reason.
    """
    require_role(acting_user, Role.DPO)
    lock_name(f"retention.period:{rule}")
    found, reason = rules().get(rule), reason.strip()
    if found is None or found.period.bounds is None:
        raise ValidationError(_("This period is not the company's to choose. Nothing was changed."))
    bounds, before = found.period.bounds, lengths(at)[rule]
    if not bounds.least <= length <= bounds.most:
        raise ValidationError(
            {"length": _("Choose a number from %(least)s to %(most)s.") % {"least": bounds.least, "most": bounds.most}}
        )
    if length == before:
        raise ValidationError({"length": _("This period counts already. Choose another one.")})
    if not reason:
        raise ValidationError({"reason": _("Say why this period is right: an authority asks for it.")})
    made = PeriodSetting.objects.create(rule=rule, length=length, reason=reason, set_by=acting_user, set_at=at)
    told = {"before": {"length": before}, "after": {"length": length, "reason": reason}}
    record(acting_user, "retention.period_set", "retention_rule", rule, at=at, **told)
    return made

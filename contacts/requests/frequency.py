"""How often a customer has been contacted, and whether one more advertisement has to wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from contacts import policy
from contacts.policy.derived import derive
from contacts.requests.caps import NEVER_COUNTED, Cap, Level, levels, longest
from contacts.requests.deciding import RULE_SET
from contacts.requests.models import PermitUse

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from contacts.requests.deciding import Answer


def caps_in_force(thresholds: policy.Thresholds = RULE_SET.thresholds) -> tuple[Cap, ...]:
    """Those of the settings, and that of the rule set where it has one."""
    caps = [Cap.read(words) for words in settings.FREQUENCY_CAPS]
    if thresholds.frequency_cap_30d is not None:
        caps.append(Cap(30, thresholds.frequency_cap_30d))
    return tuple(caps)


def frequency_of(given: Answer, *, at: datetime) -> list[Level]:
    """The windows that this contact falls under, the one that keeps it waiting longest first; none where no cap is set
    and for what is never held back: all that is no advertising. One query where there is something to count.

    Ask under the customer's lock before you act on it.
    """
    if not caps_in_force() or not derive(given.facts).is_adv:
        return []
    uses = PermitUse.objects.filter(permit__customer=given.context.customer)
    return levels_of(given, made_since(uses, counting_since(at)), at)


def levels_of(given: Answer, made: Iterable[datetime], at: datetime) -> list[Level]:
    """`frequency_of` where the rows of `made_since` have been read already."""
    return levels(caps_in_force(), made, at) if derive(given.facts).is_adv else []


def held_back(given: Answer, *, at: datetime) -> Level | None:
    """The full window that keeps this contact waiting longest, or None."""
    return next((level for level in frequency_of(given, at=at) if level.is_full), None)


def counting_since(at: datetime) -> datetime | None:
    """From when on contacts still count at an instant; None where no cap is set."""
    caps = caps_in_force()
    return at - longest(caps) if caps else None


def made_since(uses: QuerySet[PermitUse], since: datetime | None) -> QuerySet[PermitUse, datetime]:
    """When contacts were made that still count (`counting_since`), by anybody over any way.
    Replies and mandatory notices without advertising are left out; what the text was is told by the decision of that
    very use."""
    plain = Q(permit__purpose__in=NEVER_COUNTED, decision__facts__contains_promotion=False)
    counted = uses.none() if since is None else uses.filter(at__gt=since).exclude(plain)
    return counted.values_list("at", flat=True).order_by()

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
from contacts.requests.models import PermitUse

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from contacts.requests.deciding import Answer


def caps_in_force(thresholds: policy.Thresholds) -> tuple[Cap, ...]:
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
    caps = caps_in_force(given.context.rules.thresholds)
    if not caps or not derive(given.facts).is_adv:
        return []
    uses = PermitUse.objects.filter(permit__customer=given.context.customer)
    return levels_of(given, made_since(uses, at - longest(caps)), at)


def levels_of(given: Answer, made: Iterable[datetime], at: datetime) -> list[Level]:
    """`frequency_of` where the rows of `made_since` have been read already."""
    caps = caps_in_force(given.context.rules.thresholds)
    return levels(caps, made, at) if derive(given.facts).is_adv else []


def held_back(given: Answer, *, at: datetime) -> Level | None:
    """The full window that keeps this contact waiting longest, or None."""
    return next((level for level in frequency_of(given, at=at) if level.is_full), None)


def counting_since(at: datetime) -> datetime:
    """From when on contacts may count at an instant, whatever the cap of the rule set is."""
    return at - max(longest(Cap.read(words) for words in settings.FREQUENCY_CAPS), Cap(30, 1).window)


def made_since(uses: QuerySet[PermitUse], since: datetime) -> QuerySet[PermitUse, datetime]:
    """When contacts were made since an instant that may count, by anybody over any way.

    Replies and mandatory notices without advertising are left out; what the text was is told by the decision of that
    very use."""
    plain = Q(permit__purpose__in=NEVER_COUNTED, decision__facts__contains_promotion=False)
    return uses.filter(at__gt=since).exclude(plain).values_list("at", flat=True).order_by()

"""Until when an answer can hold: the first instant at which time alone may change one of its facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from consent.rules import start_of_day
from contacts.calendar import contact_hours_of

if TYPE_CHECKING:
    from contacts.requests.deciding import Answer


def holds_until(given: Answer, *, other_rules_from: datetime | None) -> datetime:
    """The latest instant up to which the answer may be taken for true; never the first one that is too late.

    Certificates, consents, ages, accounts and months begin and end with a local day, so no answer outlives the
    customer's day. Within it there are the contact hours, the end of what the customer began, and of sign-ups; and
    settings that have been decided to count from an hour on, of the rules and of how long consents last. What somebody
    records meanwhile ends an answer at once, which no instant can say.
    """
    context, point = given.context, given.question.point
    at = given.question.planned_at or context.at
    day = at.astimezone(context.zone).date()
    ends = [start_of_day(day + timedelta(days=1), context.zone)]
    ends += contact_hours_of(day, context.zone, context.rules.thresholds.contact_hours) or ()
    ends += [end for way, end in context.inbound_until.items() if way == (point.channel, point.platform)]
    ends += [asked.ends_at for asked in context.sign_ups]
    decided = (other_rules_from, context.consents_change_at)
    return min(end for end in (*ends, *decided) if end is not None and end > at)

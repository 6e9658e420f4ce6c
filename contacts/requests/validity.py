"""Until when an answer can hold: the first instant at which time alone may change one of its facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from consent.rules import add_months, start_of_day
from contacts.calendar import contact_hours_of
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from contacts.requests.deciding import Answer
    from contacts.requests.models import Permit


def holds_until(given: Answer, *, other_rules_from: datetime | None) -> datetime:
    """The latest instant up to which the answer may be taken for true; never the first one that is too late.

    Certificates, consents, ages, accounts and months begin and end with a local day, so no answer outlives the
    customer's day. Within it there are the contact hours, the end of what the customer began, and of sign-ups; and
    settings that have been decided to count from an hour on, of the rules and of how long consents last. What somebody
    records meanwhile ends an answer at once, which no instant can say.
    """
    context = given.context
    at = given.question.planned_at or context.at
    day = at.astimezone(context.zone).date()
    ends = [start_of_day(day + timedelta(days=1), context.zone)]
    ends += contact_hours_of(day, context.zone, context.rules.thresholds.contact_hours) or ()
    ends += _inbound_end(given)
    ends += [asked.ends_at for asked in context.sign_ups]
    decided = (other_rules_from, context.consents_change_at)
    return min(end for end in (*ends, *decided) if end is not None and end > at)


def _inbound_end(given: Answer) -> list[datetime]:
    """When what the customer began on this way ends; none where nothing was begun."""
    point = given.question.point
    return [end for way, end in given.context.inbound_until.items() if way == (point.channel, point.platform)]


def _grounds_end(given: Answer) -> Iterator[datetime]:
    """When what carries a contact ends by itself and no act or job says so: what the customer began on this way, the
    company's accounts there, and the months after a purchase. Consents have a job of their own, and at night or
    without a course a permit rests."""
    context, point, account = given.context, given.question.point, given.question.account
    yield from _inbound_end(given)
    for mine in context.accounts:
        there = mine.pk == (account and account.pk) or (point.platform and mine.platform == point.platform)
        if there and mine.valid_until is not None:
            yield start_of_day(mine.valid_until + timedelta(days=1), context.zone)
    if bought := context.customer.last_transaction_on:
        over = add_months(bought, context.rules.thresholds.existing_customer_window_months + 1)
        yield start_of_day(over + timedelta(days=over.day != bought.day), context.zone)


def look_again(permit: Permit, given: Answer, *, at: datetime) -> None:
    """Have the permit looked at when the next of its grounds ends by itself, if that is before the permit does. In the
    transaction of the verb that holds its locks."""
    ends = [instant for instant in _grounds_end(given) if at < instant < permit.valid_until]
    if ends:
        key = f"permit.grounds:{permit.pk}:{min(ends).isoformat()}"
        outbox.event("permit.grounds_changed", {"permit_id": permit.pk}, at=at, key=key, due_at=min(ends))

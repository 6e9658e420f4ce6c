"""Words for the pages: how much time is left, and what a prefilled report begins with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.customers.selectors import get_customer
from contacts.incidents import rules
from contacts.incidents.forms import way_of
from contacts.incidents.models import Entry, Incident, Kind
from contacts.requests.selectors import get_permit, get_request

if TYPE_CHECKING:
    from contacts.incidents.rules import Clock
    from contacts.incidents.selectors import Story
    from contacts.requests.models import ContactRequest, Permit
    from portal.people.models import User

HOUR = timedelta(hours=1)


def time_left(clock: Clock) -> str:
    """“41 hours left”, “20 minutes left”, “over for 3 hours”; whole hours, rounded down."""
    if clock.stopped:
        return _("The clock has stopped")
    if clock.is_over:
        return _over(-clock.left)
    if clock.left < HOUR:
        minutes = max(1, clock.left // timedelta(minutes=1))
        return ngettext("%(count)d minute left", "%(count)d minutes left", minutes) % {"count": minutes}
    hours = clock.left // HOUR
    return ngettext("%(count)d hour left", "%(count)d hours left", hours) % {"count": hours}


def _over(since: timedelta) -> str:
    hours = since // HOUR
    if hours == 0:
        return _("Over for less than an hour")
    return ngettext("Over for %(count)d hour", "Over for %(count)d hours", hours) % {"count": hours}


def tone_of(clock: Clock) -> str:
    if clock.stopped:
        return "quiet"
    return "forbidden" if clock.left <= timedelta(hours=max(rules.REMIND_HOURS)) else "manager"


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as the page shows it."""

    step: str
    label: str
    entry: Entry | None
    is_next: bool


def step_rows(story: Story) -> list[StepRow]:
    settled = story.settled
    return [
        StepRow(step, str(Entry.Step(step).label), settled.get(step), rules.may_be_ticked(step, settled))
        for step in rules.STEPS[story.incident.kind]
    ]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a report is about where somebody comes from a request, a permit or a customer's page."""

    request: ContactRequest | None = None
    permit: Permit | None = None
    initial: dict[str, Any] | None = None


def origin_of(http: HttpRequest, user: User) -> Origin:
    """From `?permit=`, `?request=` or `?customer=`; 404 for what this person may not see."""
    if number := http.GET.get("permit"):
        permit = get_permit(user, number)
        return Origin(permit.request, permit, _prefilled(permit.request))
    if number := http.GET.get("request"):
        asked = get_request(user, number)
        return Origin(asked, None, _prefilled(asked))
    if number := http.GET.get("customer"):
        return Origin(initial={"customer_number": get_customer(user, number).number})
    kind = http.GET.get("kind", "")
    return Origin(initial={"kind": kind} if kind in Kind.values else {})


def _prefilled(asked: ContactRequest) -> dict[str, Any]:
    point = asked.contact_point
    kind = {"kind": Kind.PRIVATE_ACCOUNT} if asked.private_account else {}
    return kind | {"customer_number": asked.customer.number, "way": way_of(point.channel, point.platform)}


def causes(incident: Incident) -> list[str]:
    """What a refresher names as its cause where this incident led to it (portal/handlers.py)."""
    return [f"incident:{incident.number}", *([f"permit:{incident.permit.number}"] if incident.permit else [])]

"""The decisions that this room keeps, for whoever asks what another rule set would have made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from contacts import policy
from contacts.calendar import quiet_hours
from contacts.customers.rules import minor_on
from contacts.requests.models import DecisionRecord, GivenDecision
from contacts.requests.numbers import request_number
from contacts.rulebook.what_if import Recorded

#: Rows that leave the database at a time.
CHUNK = 1000


def decided_about_requests(most: int) -> Iterator[Recorded]:
    """Every question, submission, review and use of late; by the request's number, with its page."""
    person = ("request__customer__timezone", "request__customer__birth_date")
    names = ("request", "stage", "at", "facts", "request__planned_at", *person)
    rows = DecisionRecord.objects.order_by("-pk").values_list(*names)
    for key, stage, at, facts, planned, zone, born in rows[:most].iterator(chunk_size=CHUNK):
        number = request_number(key)
        now = stage in (DecisionRecord.Stage.REDEEM, DecisionRecord.Stage.RECHECK)
        meant = at if now or planned is None else planned
        measured = partial(_measured, at, meant, zone, born)
        yield Recorded(number, reverse("request", args=[number]), at, facts, measured)


def given_to_systems(most: int) -> Iterator[Recorded]:
    """Every answer that another system was given of late; by its id, which has no page."""
    person = ("customer__timezone", "customer__birth_date")
    rows = GivenDecision.objects.order_by("-made_at").values_list("pk", "at", "made_at", "facts", *person)
    for key, at, made_at, facts, zone, born in rows[:most].iterator(chunk_size=CHUNK):
        yield Recorded(str(key), "", made_at, facts, partial(_measured, at, at, zone, born))


def _measured(
    at: datetime, meant: datetime, zone_name: str, born: date | None, thresholds: policy.Thresholds
) -> Mapping[str, Any]:
    """The hour and the age under other thresholds. Of somebody erased the age stays as it was kept."""
    zone = ZoneInfo(zone_name)
    found: dict[str, Any] = {"quiet_hours": quiet_hours(meant, zone, thresholds.contact_hours)}
    if born is not None:
        found["minor"] = minor_on(born, at.astimezone(zone).date(), thresholds.child_age)
    return found

"""A request on its way: its stages are written at submission, one is open at a time. Parts of the verbs that submit
and review; they write within the transaction of those, and the caller holds the locks and keeps the audit entry."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from contacts.calendar import is_holiday
from contacts.requests.models import ContactRequest, Review, ReviewStage
from contacts.requests.reviewers import OFFICERS, Desk, Way
from contacts.requests.routing.clock import AFTERWARDS_DAYS, days_for, due
from contacts.requests.routing.resolving import Seat, Situation, Stage, resolve_stage
from contacts.requests.routing.table import NEEDS_DPO, Quorum
from contacts.requests.rules import State
from portal.people.numbers import spelt_number
from portal.vocabulary import Purpose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.people.models import User


def enter(request: ContactRequest, way: Way, *, round: int, at: datetime) -> list[User]:
    """Write the stages of a submission and begin the first; returns who decides in it."""
    rows = [
        ReviewStage(
            request=request,
            round=round,
            position=place,
            table=way.table,
            step=stage.step.to_json(),
            needed=stage.needed,
        )
        for place, stage in enumerate(way.stages)
    ]
    first = way.stages[0]
    rows[0].since, rows[0].due_at = at, due_for(request, first, at)
    ReviewStage.objects.bulk_create(rows)
    _wait(request, first, at)
    return way.people.named(first.seats)


def due_for(request: ContactRequest, stage: Stage, since: datetime) -> datetime:
    """At once only for what would be a warning of danger if its wording were settled; anything else has its time,
    whatever somebody ticked, or everybody above would decide at once."""
    warns = request.purpose == Purpose.LEGAL_OBLIGATION
    danger = warns and request.urgency == ContactRequest.Urgency.IMMINENT_DANGER
    return working_days_later(since, days_for(officers=stage.by_officers, danger=danger))


def working_days_later(since: datetime, days: int = AFTERWARDS_DAYS) -> datetime:
    """So many working days later, in the zone and with the public holidays of the company."""
    return due(since, days, ZoneInfo(settings.TIME_ZONE), is_holiday)


def _wait(request: ContactRequest, stage: Stage, at: datetime) -> None:
    request.state = State.WITH_DPO if stage.by_officers else State.WITH_MANAGER
    request.waiting_since = at


def is_decided(desk: Desk) -> bool:
    """Whether one more approval ends the stage. Where all are asked, those count who are still there."""
    everybody = desk.row.asked.quorum == Quorum.ALL and len(desk.stage.seats) <= 1
    return everybody or desk.missing <= 1


def close_open(request: ContactRequest, *, at: datetime) -> None:
    """Whatever stage is open ends with the request."""
    request.stages.open().update(ended_at=at)


def close(desk: Desk, *, at: datetime) -> None:
    desk.row.ended_at = at
    desk.row.save(update_fields=["ended_at"])


def go_on(request: ContactRequest, desk: Desk, seat: Seat, reviewer: User, *, at: datetime) -> Sequence[User] | None:
    """After the approval that ended a stage: begin the next one. Returns who decides in it (empty: nobody could), or
    None at the end of the way."""
    row = _next(request, desk, seat)
    if row is None:
        return None
    given = Review.objects.filter(request=request, round=row.round, verdict=Review.Verdict.APPROVED)
    numbers = {spelt_number(number) for number in given.values_list("reviewer__person_number", flat=True)}
    numbers.add(spelt_number(reviewer.person_number))
    asker = desk.situation.asker.without(frozenset(numbers))
    stage = resolve_stage(row.asked, Situation(desk.people.staff, asker))
    row.since, row.due_at, row.needed = at, due_for(request, stage, at), stage.needed
    row.save()
    _wait(request, stage, at)
    return [] if stage.short else desk.people.named(stage.seats)


def _next(request: ContactRequest, desk: Desk, seat: Seat) -> ReviewStage | None:
    """The next stage that is still to be decided: an officer who stood in for the line has decided as officer. Where
    the rules have come to ask for the officer and the way has none, one is added: never laxer than the rules."""
    row = desk.row
    later = ReviewStage.objects.filter(request=request, round=row.round, position__gt=row.position)
    for one in later.order_by("position"):
        if not (seat.officer and one.asked.of_officers and one.needed == 1):
            return one
    if request.outcome != NEEDS_DPO or seat.officer or _by_officer(request, row.round):
        return None
    place = row.position + 1 + later.count()
    return ReviewStage(request=request, round=row.round, position=place, table=row.table, step=OFFICERS.to_json())


def _by_officer(request: ContactRequest, round: int) -> bool:
    given = Review.objects.filter(request=request, round=round, verdict=Review.Verdict.APPROVED)
    return given.filter(stage=Review.Stage.DPO).exists()

"""Who decides about requests at an instant, read from the database in a fixed number of queries.

The way of a request is fixed at its submission (`ReviewStage`); who may decide in a stage is derived whenever somebody
asks, so a manager who leaves, an absence that begins or a deputy who is named counts at once, with every job stopped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least
from django.utils import timezone

from contacts.policy import Minor
from contacts.requests.models import Absence, AfterReview, Reassignment, Review, ReviewStage, RoutingTable
from contacts.requests.reach import could_decide, waiting_stages
from contacts.requests.routing.people import (
    Asker,
    Made,
    Person,
    Staff,
    StandIn,
    Why,
    barred,
    makers_for,
    standing_in_for,
)
from contacts.requests.routing.resolving import Seat, Situation, Stage, resolve, resolve_stage
from contacts.requests.routing.table import Case, Group, Step, Who, steps_for
from contacts.requests.rules import WAITING
from portal.access.roles import Role
from portal.machines.models import ApiToken
from portal.people.models import User
from portal.people.numbers import spelt_number
from portal.together import Together
from training.selectors import untaught_reviewers

if TYPE_CHECKING:
    from contacts.policy import Facts
    from contacts.requests.models import ContactRequest

OFFICERS = Step(Who.DPO)
#: Keys of requests, or a query that gives them; None: whatever there is.
Among = Collection[int] | QuerySet[Any] | None


@dataclass(frozen=True)
class People:
    """Everybody who decides or stands above somebody, and who is away. `deputies` holds all pairs of a span of days:
    who stood in for somebody while a request was under way never reviews it. `keys`: systems that act for people."""

    staff: Staff
    users: dict[int, User]
    deputies: tuple[StandIn, ...]
    away_until: dict[int, date] = field(default_factory=dict)
    keys: tuple[Made, ...] = ()

    def asker(self, request: ContactRequest, since: date, proposers: frozenset[str]) -> Asker:
        """Whose request it is. `proposers`: personnel numbers of those whose words were taken over."""
        requester, editor = request.requester, request.edited_by
        me = _spelt(requester)
        wrote = _spelt(editor) if editor is not None else ""
        makers = makers_for({me, wrote, *proposers}, self.keys, request.created_at)
        deputies = standing_in_for({me, wrote, *proposers, *makers}, self.deputies, since)
        return Asker(requester.manager_id, barred(me, wrote, deputies, proposers, makers))

    def named(self, seats: Iterable[Seat]) -> list[User]:
        return sorted((self.users[seat.person] for seat in seats), key=lambda one: one.pk)


def _spelt(user: User) -> str:
    return spelt_number(user.person_number)


def people_at(at: datetime, *, since: date | None = None) -> People:
    """One reading: people, absences and keys in one statement, certificates in two at most."""
    today = timezone.localdate(at)
    read = _READ(at=at, today=today, since=min(since or today, today))
    users = {one.pk: one for one in read["users"]}
    untaught = untaught_reviewers(list(users), today=today)
    absences = read["absences"]
    away = [one for one in absences if one.ends >= today and one.back_at is None]
    staff = Staff(
        {pk: _person(one, trained=pk not in untaught) for pk, one in users.items()},
        {one.person_id: one.deputy_id for one in away},
    )
    pairs = tuple(
        StandIn(_spelt(one.person), _spelt(one.deputy), one.starts, one.last_day)
        for one in absences
        if one.deputy is not None
    )
    return People(staff, users, pairs, {one.person_id: one.ends for one in away}, _made(read["keys"]))


def _rows(*, at: datetime, today: date, since: date) -> dict[str, QuerySet[Any]]:
    leading = User.objects.filter(manager__isnull=False).values("manager")
    deciding = Q(roles__overlap=[Role.MANAGER, Role.DPO]) | Q(pk__in=leading)
    away = Absence.objects.filter(starts__lte=today, ends__gte=since).select_related("person", "deputy")
    # Every key that somebody has let act in their place by now, also one that has ended.
    keys = ApiToken.objects.filter(confirmed_at__lte=at).annotate(over=Least("revoked_at", "expires_at"))
    return {
        "users": User.objects.filter(deciding).defer("password", "last_login"),
        "absences": away,
        "keys": keys.values_list("acts_for__person_number", "created_by__person_number", "over"),
    }


_READ = Together(_rows)


def _made(keys: Iterable[tuple[str, str, datetime]]) -> tuple[Made, ...]:
    return tuple(Made(spelt_number(whom), spelt_number(maker), over) for whom, maker, over in keys)


def _person(user: User, *, trained: bool) -> Person:
    return Person(user.pk, _spelt(user), user.manager_id, frozenset(user.roles), user.is_active, trained)


# --- the way of a request that is handed in


@dataclass(frozen=True)
class Way:
    """The stages that a request takes if it is handed in now, with the table that says so."""

    table: RoutingTable | None
    stages: tuple[Stage, ...]
    people: People

    @property
    def dead_end(self) -> bool:
        """Whether some stage could never be decided."""
        return not self.stages or any(stage.short for stage in self.stages)


def case_of(facts: Facts, outcome: str, department: int | None) -> Case:
    """What the routing table asks about a request."""
    group = Group.BUSINESS if facts.customer_kind.value == "business_contact" else Group.CONSUMER
    group = Group.MINOR if facts.minor is not Minor.NO else group
    return Case(outcome, department, group, facts.purpose.value, facts.channel.value)


def way_of(request: ContactRequest, facts: Facts, outcome: str, *, at: datetime) -> Way:
    """Who would decide about this request."""
    table = RoutingTable.objects.in_force(at).prefetch_related("rules").first()
    lines = table.lines() if table is not None else ()
    steps = steps_for(lines, case_of(facts, outcome, request.requester.department_id))
    people = people_at(at)
    # What was never handed in has no proposals.
    proposers = _votes([request.pk])[request.pk].proposers if request.submitted_at is not None else frozenset()
    asker = people.asker(request, timezone.localdate(at), proposers)
    return Way(table, resolve(steps, people.staff, asker), people)


# --- who decides about what waits


@dataclass(frozen=True)
class Desk:
    """The open stage of one request, and who may decide in it now."""

    row: ReviewStage
    stage: Stage
    people: People
    situation: Situation
    approvals: int

    @property
    def reviewers(self) -> list[User]:
        return self.people.named(self.stage.seats)

    def seat_of(self, user: User) -> Seat | None:
        return next((seat for seat in self.stage.seats if seat.person == user.pk), None)

    def bars(self, user: User) -> bool:
        """Whether this person has nothing to say in it: who asks, who wrote the text, or who stands in for them."""
        why = self.situation.asker.barred.get(_spelt(user))
        return why is not None and why != Why.ALREADY

    @property
    def missing(self) -> int:
        """How many approvals the stage still needs."""
        return max(1, self.row.needed - self.approvals)


def desks(*, at: datetime, requests: Among = None, user: User | None = None) -> dict[int, Desk]:
    """The open stage of each waiting request: of all of them or of these, and with `user` at least of those that this
    person decides."""
    rows = waiting_stages()
    if requests is not None:
        rows = rows.filter(request__in=requests)
    if user is not None:
        rows = rows.filter(could_decide(user, today=timezone.localdate(at)))
    related = rows.select_related("request__requester", "request__edited_by").defer("request__draft_text")
    found = list(related.order_by("request_id"))
    if not found:
        return {}
    since = min(timezone.localdate(row.request.submitted_at or at) for row in found)
    people = people_at(at, since=since)
    votes, moves = _votes([row.request_id for row in found]), _moves(found)
    return {row.request_id: _desk(row, people, votes[row.request_id], moves[row.pk], at) for row in found}


def _desk(row: ReviewStage, people: People, votes: Votes, moves: dict[int, int], at: datetime) -> Desk:
    request = row.request
    since = timezone.localdate(request.submitted_at or at)
    asker = people.asker(request, since, votes.proposers)
    asker = asker.without(frozenset(number for round_, _step, number in votes.approvals if round_ == row.round))
    overdue = row.due_at is not None and at >= row.due_at
    situation = Situation(people.staff, asker, moves, overdue)
    stage = resolve_stage(row.asked, situation)
    return Desk(row, stage, people, situation, sum(step == row.pk for _round, step, _number in votes.approvals))


@dataclass(frozen=True)
class Votes:
    """What reviewers have said about one request: (round, stage, personnel number) of each approval, and the numbers of
    those whose proposed words are its text now."""

    approvals: tuple[tuple[int, int | None, str], ...] = ()
    proposers: frozenset[str] = frozenset()


def _votes(requests: Collection[int]) -> dict[int, Votes]:
    """One query for all of them."""
    taken_over = Q(proposal__changes__contains=["draft_text"], proposal__draft_text=F("request__draft_text"))
    said = Q(verdict=Review.Verdict.APPROVED) | (taken_over & ~Q(request__draft_text=""))
    given = Review.objects.filter(said, request__in=requests).order_by("pk")
    found: dict[int, Votes] = defaultdict(Votes)
    names = ("request", "round", "step", "reviewer__person_number", "verdict")
    for request, round_, step, number, verdict in given.values_list(*names):
        before, spelt = found[request], spelt_number(number)
        if verdict == Review.Verdict.APPROVED:
            found[request] = replace(before, approvals=(*before.approvals, (round_, step, spelt)))
        else:
            found[request] = replace(before, proposers=before.proposers | {spelt})
    return found


def _moves(rows: list[ReviewStage]) -> dict[int, dict[int, int]]:
    """For each stage who was meant, and whom it was handed to last."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    given = Reassignment.objects.filter(stage__in=rows).order_by("pk")
    for stage, origin, to in given.values_list("stage", "origin", "to"):
        found[stage][origin] = to
    return found


def desk_of(request: ContactRequest, *, at: datetime) -> Desk | None:
    """The desk of one request; None where it waits for nobody's verdict."""
    return desks(at=at, requests=[request.pk]).get(request.pk) if request.state in WAITING else None


def reviewers_of(request: ContactRequest, *, at: datetime | None = None) -> list[User]:
    """Who may decide about a waiting request now (as `ContactRequest.objects.to_review_by`)."""
    desk = desk_of(request, at=at or timezone.now())
    return desk.reviewers if desk is not None else []


def may_comment(user: User, request: ContactRequest, desk: Desk | None) -> bool:
    """Who has to do with a request: who asked, who decides or has decided, and the DPO once it was handed in."""
    if request.requester_id == user.pk:
        return True
    if request.submitted_at is None:
        return False
    decides = desk is not None and desk.seat_of(user) is not None
    return decides or user.has_role(Role.DPO) or request.reviews.filter(reviewer=user).exists()


def who_could(desk: Desk, seat: Seat) -> list[User]:
    """To whom this part of the stage can be handed: everybody who may decide in it and does not yet."""
    people = desk.people
    roles = (Role.DPO,) if seat.officer else (Role.MANAGER, Role.DPO)
    sitting = {one.person for one in desk.stage.seats}
    found = (one for one in people.staff.people.values() if one.id not in sitting)
    return [people.users[one.id] for one in found if desk.situation.why_not(one, roles, untrained_too=False) is None]


def waiting_for(user: User, *, at: datetime, requests: Among = None) -> list[int]:
    """The requests that wait for this person's verdict: of all of them, or of these."""
    if not user.has_role(Role.MANAGER, Role.DPO):
        return []
    found = desks(at=at, requests=requests, user=user)
    return [request for request, desk in found.items() if desk.seat_of(user) is not None]


# --- acts in imminent danger, which are looked at afterwards


def after_seats(rows: list[AfterReview], *, at: datetime) -> dict[int, tuple[list[Seat], People]]:
    """Who may look at each act afterwards: who would have decided, and the data protection officers."""
    if not rows:
        return {}
    people = people_at(at, since=min(timezone.localdate(row.acted_at) for row in rows))
    votes = _votes([row.request_id for row in rows])
    found = {}
    for row in rows:
        since, proposers = timezone.localdate(row.acted_at), votes[row.request_id].proposers
        asker = people.asker(row.request, since, proposers)
        situation = Situation(people.staff, asker)
        seats = [*resolve_stage(row.asked, situation).seats, *resolve_stage(OFFICERS, situation).seats]
        found[row.pk] = (list({seat.person: seat for seat in reversed(seats)}.values()), people)
    return found


def after_reviews_for(user: User, *, at: datetime, requests: Among = None) -> list[AfterReview]:
    """Acts in imminent danger that this person may look at, the most pressing first."""
    if not user.has_role(Role.MANAGER, Role.DPO):
        return []
    related = ("request__customer", "request__contact_point", "request__edited_by", "request__requester", "permit")
    looked_for = AfterReview.objects.filter(verdict="").select_related(*related)
    rows = list(looked_for if requests is None else looked_for.filter(request__in=requests))
    seats = after_seats(rows, at=at)
    return [row for row in rows if any(seat.person == user.pk for seat in seats[row.pk][0])]

"""Questions about incidents: the door, who judges, and how far one has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404

from contacts.incidents import rules
from contacts.incidents.models import Assessment, Decision, Entry, Incident, Order
from contacts.incidents.rules import About, State
from contacts.requests.numbers import counted_key
from portal.access.roles import Role
from portal.people.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

RELATED = ("reporter__department", "customer", "request", "permit", "order")
MOST_SHOWN = 200


def get_incident(user: User, number: str) -> Incident:
    """The one door to an incident by its number I-1042: 404 for strangers."""
    key = counted_key(number, "I-")
    if key is None:
        raise Http404
    return get_object_or_404(Incident.objects.visible_to(user).select_related(*RELATED), pk=key)


def judges_of(reporter: User) -> QuerySet[User]:
    """The officers who assess what this person reported: not the reporter, unless nobody else could."""
    officers = User.objects.with_role(Role.DPO).order_by("pk")
    others = officers.apart_from(reporter)
    return others if others.exists() else officers


def officers_by_reporter(reporters: Iterable[User]) -> dict[int, list[User]]:
    """`judges_of` for many at once, by the reporter's key: one query, whatever there is."""
    officers = list(User.objects.with_role(Role.DPO).order_by("pk"))
    return {one.pk: [who for who in officers if not who.is_same_person_as(one)] or officers for one in reporters}


def may_judge(user: User, incident: Incident) -> bool:
    """Whether this officer may assess and decide. Nobody judges their own report while another officer is there."""
    if not user.has_role(Role.DPO):
        return False
    return not user.is_same_person_as(incident.reporter) or judges_of(incident.reporter).filter(pk=user.pk).exists()


def open_incidents(user: User) -> QuerySet[Incident]:
    """What is not closed, the most urgent first; at most MOST_SHOWN."""
    return urgent_incidents(user).select_related("reporter", "customer")[:MOST_SHOWN]


def urgent_incidents(user: User) -> QuerySet[Incident]:
    """What is not closed, the most urgent first: all of it, and nothing else with it."""
    return Incident.objects.visible_to(user).open().most_urgent_first()


def about_customer(user: User, customer_id: int) -> Sequence[Incident]:
    """For the customer's page: only officers see there that something happened."""
    if not user.has_role(Role.DPO):
        return []
    return list(Incident.objects.filter(customer_id=customer_id)[:20])


def order_to_acknowledge(user: User) -> QuerySet[Order]:
    return Order.objects.filter(receiver=user, acknowledged_at__isnull=True).select_related("incident")


@dataclass(frozen=True)
class Story:
    """All that followed a report. `settled` maps steps to their entries; the latest assessment and decisions count."""

    incident: Incident
    entries: tuple[Entry, ...]
    assessments: tuple[Assessment, ...]
    decisions: tuple[Decision, ...]

    @property
    def settled(self) -> dict[str, Entry]:
        return {entry.step: entry for entry in self.entries if entry.step}

    @property
    def notes(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.step]

    @property
    def assessment(self) -> Assessment | None:
        return self.assessments[-1] if self.assessments else None

    def decision(self, about: str) -> Decision | None:
        """The latest word about telling somebody."""
        return next((one for one in reversed(self.decisions) if one.about == about), None)

    def stands(self, about: str) -> bool:
        """Whether nothing is left to do about telling them."""
        found = self.decision(about)
        if found is None or self.assessment is None:
            return False
        on_latest = found.assessment_id == self.assessment.pk
        untold = rules.may_stay_untold(about, self.assessment.risk, found.exception)
        return rules.stands(found.answer, found.carried_out_at is not None, on_latest, untold)

    @property
    def open_steps(self) -> tuple[rules.Step, ...]:
        return rules.open_steps(self.incident.kind, self.settled)

    @property
    def lacks(self) -> list[str]:
        """What is missing before it can be closed."""
        told = [about for about in About if self.stands(about)]
        return rules.lacks(self.incident.state, len(self.open_steps), told)


def story_of(incident: Incident) -> Story:
    """Three queries, whatever there is."""
    return Story(
        incident,
        tuple(incident.entries.select_related("by")),
        tuple(incident.assessments.select_related("by")),
        tuple(incident.decisions.select_related("by")),
    )


def running(at: datetime) -> QuerySet[Incident]:
    """Incidents whose clock runs and of which somebody is to be reminded, the most urgent first."""
    soon = at + max(rules.due_at(at, hours) - at for hours in rules.REMIND_HOURS)
    rows = Incident.objects.exclude(state=State.CLOSED).filter(settled_at__isnull=True, due_at__lte=soon)
    return rows.select_related("reporter").order_by("due_at", "pk")

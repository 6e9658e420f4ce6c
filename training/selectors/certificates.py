"""Questions about certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from training.models import Certificate, CourseKind
from training.questions.fields import UNPRINTABLE
from training.rules import Standing, counts_until, standing
from training.selectors.duties import Duty, duties_of
from training.selectors.licences import demands, ends_by_kind, held

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Line:
    """One course of one person as a manager sees it: its name, one word and a day."""

    course: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Member:
    """A person whom a manager leads, with what is valid, due and overdue."""

    person: User
    lines: tuple[Line, ...]

    @property
    def is_overdue(self) -> bool:
        return any(line.standing.word in ("overdue", "none") for line in self.lines)

    @property
    def can_be_reminded(self) -> bool:
        """Whether something of theirs has a day that is near or over."""
        return any(line.standing.word in ("due", "overdue") for line in self.lines)


def team_of(manager: User, *, today: date) -> list[Member]:
    """The active people whom this manager leads, overdue first; a fixed number of queries.

    The basic certificate of everybody, licences that are held, and what is assigned; never what followed an incident.
    """
    reports = list(manager.reports.filter(is_active=True).select_related("department"))
    ends = ends_by_kind([one.pk for one in reports], today=today)
    duties = duties_of(reports, today=today)
    members = [Member(one, _lines(ends[one.pk], duties[one.pk], today)) for one in reports]
    return sorted(members, key=lambda member: not member.is_overdue)


def _lines(ends: dict[str, list[date]], duties: list[Duty], today: date) -> tuple[Line, ...]:
    """By kind what is held; a course that is assigned and not held yet takes the place of its kind."""
    assigned = {duty.version.course.kind: duty for duty in reversed(duties) if not duty.is_remedial}
    found = []
    for kind in CourseKind:
        held = standing(ends[kind], today)
        if kind in assigned and held.word in ("none", "overdue"):
            held = assigned[kind].standing(today) if held.word == "none" else held
        if kind == CourseKind.BASIC or kind in assigned or held.word != "none":
            found.append(Line(str(kind.label), held))
    return tuple(found)


def certificates_matching(user: User, words: str) -> QuerySet[Certificate]:
    """Visible certificates, narrowed to a person's name or a number."""
    rows = Certificate.objects.visible_to(user).select_related("person__department", "revocation")
    for word in words.split():
        of_person = Q(person__last_name__istartswith=word) | Q(person__first_name__istartswith=word)
        rows = rows.filter(of_person | Q(number__iexact=word))
    return rows


def get_certificate(user: User, number: str) -> Certificate:
    """The one door to a certificate by its number: 404 for strangers, and for what was revoked."""
    visible = Certificate.objects.visible_to(user).counting().select_related("person", "version__course")
    return get_object_or_404(visible, number=UNPRINTABLE.sub(" ", number))


@dataclass(frozen=True, slots=True)
class Checked:
    """What the public check tells about a number: `valid`, `ended`, `revoked` or `unknown`, and initials where it is
    known."""

    word: str
    initials: str = ""
    course: str = ""
    last_day: date | None = None


def check_number(number: str, *, today: date) -> Checked:
    """The standing of a certificate by its number, for anybody; a wrong check digit is as unknown as any other."""
    found = Certificate.objects.filter(number=number).select_related("person", "version", "revocation").first()
    if found is None:
        return Checked("unknown")
    last_day = counts_until(held(found), demands())
    initials = "".join(f"{name[:1]}." for name in (found.person.first_name, found.person.last_name) if name)
    word = "valid" if found.passed_on <= today <= last_day else "ended"
    if hasattr(found, "revocation"):
        word = "revoked"
    return Checked(word, initials, found.course, last_day)

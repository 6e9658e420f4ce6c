"""What people may do by their certificates, on one day: two queries a person, and two for any number of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from portal.together import Together
from training.models import Certificate, CourseKind, CourseVersion
from training.rules import Demand, Held, Licences, counts_until, training_state

if TYPE_CHECKING:
    from django.db.models import QuerySet

Ends = dict[int, dict[str, list[date]]]


@dataclass(frozen=True, slots=True)
class CourseToTake:
    """A course somebody lacks: where it is and what it is called, in the language of the moment.

    `offered` False: its version was withdrawn, and there is nothing to take until the next is published.
    """

    slug: str
    title: str
    offered: bool = True


def training_of(person_id: int, *, today: date) -> Licences:
    """The licences of one person: the fact `requester_training`, by channel."""
    return licences_from(rows_to_read(person_id, today=today), person_id, today=today)


def rows_to_read(person_id: int, *, today: date, then: datetime | None = None) -> dict[str, QuerySet[Any]]:
    """What `licences_from` needs, for whoever reads it together with other things. `then` is an instant of `today`, if
    that day has gone by: what was published, withdrawn, retired or revoked later had not happened yet."""
    return {"course_versions": _published(then), "certificates": _certificates(today, then).filter(person=person_id)}


def licences_from(
    read: Mapping[str, Iterable[Any]], person_id: int, *, today: date, then: datetime | None = None
) -> Licences:
    """`training_of` from the rows of `rows_to_read`, read by whomever, with the same `then`."""
    versions = list(read["course_versions"])
    ends = _ends_from(read["certificates"], [person_id], versions, then)[person_id]
    messenger = training_state(ends[CourseKind.MESSENGER], today) if _asking(versions, CourseKind.MESSENGER) else None
    return Licences(
        basic=training_state(ends[CourseKind.BASIC], today),
        messenger=messenger,
        basic_course=_on_offer(versions, CourseKind.BASIC),
        messenger_course=_on_offer(versions, CourseKind.MESSENGER),
    )


def may_review(person_id: int, *, today: date) -> bool:
    """Whether a person may decide requests; the role is a question of its own."""
    return course_before_reviewing(person_id, today=today) is None


def course_before_reviewing(person_id: int, *, today: date) -> CourseToTake | None:
    """The approver course that this person lacks; None when one is valid, or no such course asks for one."""
    read = _KEPT_OF(person=person_id, today=today)
    asking = _asking(read["course_versions"], CourseKind.APPROVER)
    if not asking:
        return None
    days = _ends_from(read["certificates"], [person_id], read["course_versions"])[person_id][CourseKind.APPROVER]
    if training_state(days, today) == "valid":
        return None
    first = asking[0]
    return CourseToTake(first.course.slug, first.title, offered=first.state == CourseVersion.State.PUBLISHED)


def untaught_reviewers(people: Collection[int], *, today: date) -> set[int]:
    """Those of many who lack the approver course (as `course_before_reviewing`), in two queries."""
    versions = _versions()
    if not _asking(versions, CourseKind.APPROVER):
        return set()
    ends = _ends(people, today, versions)
    return {one for one in people if training_state(ends[one][CourseKind.APPROVER], today) != "valid"}


def ends_by_kind(people: Collection[int], *, today: date) -> Ends:
    """For each person and each kind the last days of their certificates, as they count today."""
    return _ends(people, today, _versions())


def ends_of(person_id: int, *, today: date) -> dict[str, list[date]]:
    """`ends_by_kind` of one person, in one statement."""
    read = _KEPT_OF(person=person_id, today=today)
    return _ends_from(read["certificates"], [person_id], read["course_versions"])[person_id]


def _versions() -> list[CourseVersion]:
    """Everything that was ever published of the courses that are not retired."""
    found: list[CourseVersion] = _KEPT()["versions"]
    return found


def _published(then: datetime | None = None) -> QuerySet[CourseVersion]:
    published = CourseVersion.objects.exclude(state=CourseVersion.State.DRAFT)
    published = published.filter(_not_yet("course__retired_at", then))
    if then is not None:
        published = published.filter(published_at__lte=then)
    small = published.defer("draw", "refresher_draw", "summary_de", "summary_en")
    return small.select_related("course").order_by("course_id", "number")


_KEPT = Together(lambda: {"versions": _published()})
_KEPT_OF = Together(lambda *, person, today: rows_to_read(person, today=today))


def _asking(versions: list[CourseVersion], kind: str) -> list[CourseVersion]:
    """The versions by which a licence is asked for, first what can be taken, then the newest.

    A withdrawal says that content is wrong, not that nobody needs to know it: only retiring the course ends the demand.
    """
    of_kind = [one for one in versions if one.course.kind == kind]
    return sorted(of_kind, key=lambda one: (one.state != CourseVersion.State.PUBLISHED, -one.number))


def _on_offer(versions: list[CourseVersion], kind: str) -> str:
    """The slug of the course of a kind that can be taken; empty where there is none."""
    published = [one for one in _asking(versions, kind) if one.state == CourseVersion.State.PUBLISHED]
    return published[0].course.slug if published else ""


def _not_yet(name: str, then: datetime | None) -> Q:
    """What this column tells of has not happened, or had not at an instant of the past."""
    never = Q(**{f"{name}__isnull": True})
    return never if then is None else never | Q(**{f"{name}__gt": then})


def demands(versions: list[CourseVersion] | None = None, then: datetime | None = None) -> list[Demand]:
    """The publications that ask people to certify again; what was withdrawn (by `then`) asks for nothing any more, or
    everybody's certificate would end with no course to take."""
    return [
        Demand(
            course=one.course_id,
            kind=one.course.kind,
            number=one.number,
            published_on=timezone.localdate(one.published_at),
            by=one.recertify_by,
        )
        for one in (_versions() if versions is None else versions)
        if one.recertify_by is not None and one.published_at is not None and _is_still_out(one, then)
    ]


def _is_still_out(version: CourseVersion, then: datetime | None) -> bool:
    return version.withdrawn_at is None or (then is not None and version.withdrawn_at > then)


def held(certificate: Certificate) -> Held:
    """A certificate (with its version loaded) in the words of the rules."""
    version = certificate.version
    return Held(
        kind=certificate.kind,
        passed_on=certificate.passed_on,
        valid_until=certificate.valid_until,
        course=version.course_id if version else None,
        number=version.number if version else None,
    )


def _certificates(today: date, then: datetime | None = None) -> QuerySet[Any, Any]:
    counting = Certificate.objects.filter(_not_yet("revocation__revoked_at", then))
    rows = counting.filter(passed_on__lte=today).order_by()
    names = ("person_id", "kind", "passed_on", "valid_until", "version__course_id", "version__number")
    return rows.values_list(*names)


def _ends(people: Collection[int], today: date, versions: list[CourseVersion]) -> Ends:
    return _ends_from(_certificates(today).filter(person__in=list(people)), people, versions)


def _ends_from(
    rows: Iterable[Any], people: Collection[int], versions: list[CourseVersion], then: datetime | None = None
) -> Ends:
    asked = demands(versions, then)
    found: Ends = {person: {kind: [] for kind in CourseKind.values} for person in people}
    for person, kind, passed_on, last_day, course, number in rows:
        end = counts_until(Held(kind, passed_on, last_day, course, number), asked)
        found[person][kind].append(end)
    return found

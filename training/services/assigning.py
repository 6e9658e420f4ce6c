"""Assignments: who has to take which course, by hand, by rule, or because of something that happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from portal.outbox import services as outbox
from portal.people.models import Department, User
from training import notices, rules
from training.models import Assignment, Certificate, Course, CourseKind, CourseVersion, Reminded
from training.selectors.courses import last_end
from training.services.common import NotNow

if TYPE_CHECKING:
    from collections.abc import Mapping

ASSIGNERS = (Role.TRAINING_AUTHOR, Role.DPO)
BY_RULE = Job("training.by_rule")


@transaction.atomic
def assign(
    acting_user: User,
    *,
    course: Course,
    at: datetime,
    due_days: int,
    person: User | None = None,
    department: Department | None = None,
    role: str = "",
    rule: str = "",
    refresher: bool = False,
) -> Assignment:
    """Assign a course to a person, a department, a role, or whoever a rule names: exactly one of them.

    Raises ValidationError, also for an assignment that is in force already.
    """
    require_role(acting_user, *ASSIGNERS)
    target = {"person": person, "department": department, "role": role, "rule": rule}
    if sum(bool(one) for one in target.values()) != 1:
        raise ValidationError(_("Choose exactly one: a department, a role, a rule or a person."))
    if refresher and person is not None and not _may_refresh(person, course, at):
        raise ValidationError(
            _(
                "This person holds no certificate that is valid or ended lately, so the refresher is not enough. "
                "Assign the whole course."
            )
        )
    Course.objects.select_for_update().get(pk=course.pk)
    if Assignment.objects.filter(course=course, ended_at__isnull=True, cause="", **target).exists():
        raise ValidationError(_("This course is assigned to them already. End that assignment first to change it."))
    made = Assignment(course=course, due_days=due_days, refresher=refresher, created_by=acting_user, **target)
    made.created_at = at
    made.full_clean()
    made.save(force_insert=True)
    _note(acting_user, made, at)
    if rule == Assignment.Rule.MESSENGER:
        outbox.event("training.messenger_rule", {"assignment_id": made.pk}, at=at)
    return made


def assign_to_everybody(job: Job, *, course: Course, at: datetime) -> Assignment:
    """The duty that a course of the house comes with. Call in the transaction that publishes it."""
    rule, days = Assignment.Rule.EVERYBODY, rules.EVERYBODY_DUE_DAYS
    made = Assignment.objects.create(course=course, rule=rule, due_days=days, created_at=at)
    _note(job, made, at)
    return made


def _may_refresh(person: User, course: Course, at: datetime) -> bool:
    today = timezone.localdate(at)
    return rules.may_refresh(last_end(person.pk, course, today=today), today)


def _note(actor: User | Job, made: Assignment, at: datetime) -> None:
    after = {"course": made.course.slug, "person": made.person_id, "department": made.department_id}
    after |= {"role": made.role, "rule": made.rule, "due_days": made.due_days, "refresher": made.refresher}
    record(actor, "assignment.created", _subject(made), made.pk, at=at, after=after)


def _subject(made: Assignment) -> str:
    """A refresher after an own report would tell auditors who reported: its entries are the officers' alone
    (`portal.audit.models.CONFIDENTIAL`)."""
    return "refresher" if made.cause.startswith("incident:") else "assignment"


@transaction.atomic
def end_assignment(acting_user: User, *, assignment: Assignment, at: datetime) -> Assignment:
    """Nobody has to pass the course by this assignment any more; raises NotNow when it has ended."""
    require_role(acting_user, *ASSIGNERS)
    locked = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if locked.ended_at is not None:
        raise NotNow(_("This assignment has ended already. Nothing was changed."))
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    record(acting_user, "assignment.ended", _subject(locked), locked.pk, at=at, after={"ended_at": at})
    return locked


@transaction.atomic
def offer_licence(*, person: User, at: datetime) -> list[Assignment]:
    """The person wants to use messengers or social networks: each rule in force gives them its course, once.

    Whoever holds the licence gets nothing. Idempotent: `cause` names the rule.
    """
    locked = _lock_person(person)
    if locked is None:
        return []
    today = timezone.localdate(at)
    rows = Assignment.objects.filter(rule=Assignment.Rule.MESSENGER, ended_at__isnull=True).select_related("course")
    made = []
    for rule in rows.filter(course__retired_at__isnull=True).order_by("pk"):
        end = last_end(locked.pk, rule.course, today=today)
        if end is None or end < today:
            made += _once(BY_RULE, locked, rule.course, f"rule:{rule.pk}", at, due_days=rule.due_days)
    return made


@transaction.atomic
def assign_refresher(
    acting_user: User | Job, *, person: User, because: str, cause: str, values: Mapping[str, str], at: datetime
) -> Assignment | None:
    """A short refresher after something went wrong, at most once in REFRESHER_EVERY_DAYS; the person is told why.

    `because` is a msgid with gaps for `values`, kept in the person's language; `cause` names what happened, so that
    hearing of it twice assigns once. Whoever has not passed the course lately gets the whole one: the refresher must
    not become a short cut. None = no course is offered, or there was one lately, or the person has left.
    """
    locked, version = _lock_person(person), _basic_course()
    if locked is None or version is None or _had_one_lately(locked, version.course, at):
        return None
    refreshes = bool(version.refresher_draw) and _may_refresh(locked, version.course, at)
    with translation.override(locked.language):
        why = _(because) % values
    fields = {"because": why, "refresher": refreshes}
    made = _once(acting_user, locked, version.course, cause, at, due_days=rules.REFRESHER_DUE_DAYS, **fields)
    for one in made:
        notices.refresher_assigned(one, version, at=at)
        # This mail is the first reminder as well.
        Reminded.objects.create(key=f"assignment:{one.pk}:{locked.pk}:{one.due_days}", person=locked, at=at)
    return made[0] if made else None


def _basic_course() -> CourseVersion | None:
    return CourseVersion.objects.current().filter(course__kind=CourseKind.BASIC).order_by("course_id").first()


def _had_one_lately(person: User, course: Course, at: datetime) -> bool:
    since = at - timedelta(days=rules.REFRESHER_EVERY_DAYS)
    return Assignment.objects.filter(person=person, course=course, created_at__gt=since).exclude(because="").exists()


def _lock_person(person: User) -> User | None:
    """Two events about one person stand in line; None for somebody who has left."""
    return User.objects.select_for_update(no_key=True, of=("self",)).filter(pk=person.pk, is_active=True).first()


def _once(
    actor: User | Job, person: User, course: Course, cause: str, at: datetime, **fields: object
) -> list[Assignment]:
    if Assignment.objects.filter(person=person, course=course, cause=cause).exists():
        return []
    made = Assignment.objects.create(course=course, person=person, cause=cause, created_at=at, **fields)
    _note(actor, made, at)
    return [made]


def settle_refreshers(certificate: Certificate, *, at: datetime) -> None:
    """A pass ends what was assigned because of an incident. Call in the transaction of the certificate, which the
    audit entry of the certificate tells about."""
    mine = Assignment.objects.filter(person_id=certificate.person_id, ended_at__isnull=True).exclude(because="")
    course = certificate.version.course_id if certificate.version else None
    mine = mine.filter(course_id=course) if course else mine.filter(course__kind=certificate.kind)
    mine.update(ended_at=at)

"""How the company is trained: its courses, who has to pass which, who passed when, what is going on."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from portal.access.roles import Role
from portal.desk.demo.company import PEOPLE, Person, Step
from portal.desk.demo.figures import figures
from portal.people.models import User
from training.models import Assignment, Course, CourseKind, CourseVersion
from training.questions import from_json, right_answer
from training.services import record_certificate
from training.services.assigning import assign
from training.services.authoring import new_draft
from training.services.loading import load_courses
from training.services.quiz import save_answer, start, submit
from training.services.reading import mark_read

# Since then the portal has courses of its own; what was passed before is recorded by hand, under its old name.
COURSES_DAYS_AGO = 150
OLD_NAMES = {
    CourseKind.BASIC: "Kundenkontakt und Datenschutz (Präsenz)",
    CourseKind.MESSENGER: "Messenger und soziale Netzwerke",
    CourseKind.APPROVER: "Anfragen entscheiden",
}
# Everybody is trained: one assignment for each role that stands alone.
EVERYBODY = (Role.EMPLOYEE, Role.DPO, Role.TRAINING_AUTHOR, Role.AUDITOR, Role.ADMINISTRATOR)
DECIDERS = (Role.MANAGER, Role.DPO)
READ_BY_NEWCOMER = 3


def training(people: dict[str, User], now: datetime) -> list[Step]:
    """Everything that happened in the training room."""
    began = now - timedelta(days=COURSES_DAYS_AGO)
    return [
        (began, partial(load_courses)),
        (began + timedelta(hours=1), partial(_assign, people)),
        (began + timedelta(hours=2), _look_at_questions),
        *(_pass(someone, days, people, now) for someone in PEOPLE if (days := someone.trained_until) is not None),
        (now - timedelta(days=3), partial(_write, people)),
        (now - timedelta(days=1), partial(_read, people)),
    ]


def _course(kind: CourseKind) -> CourseVersion:
    return CourseVersion.objects.current().get(course__kind=kind)


def _assign(people: dict[str, User], *, at: datetime) -> None:
    tom, courses = people["tom"], {course.kind: course for course in Course.objects.all()}
    for role in EVERYBODY:
        assign(tom, course=courses[CourseKind.BASIC], role=role.value, due_days=30, at=at)
    for role in DECIDERS:
        assign(tom, course=courses[CourseKind.APPROVER], role=role.value, due_days=30, at=at)
    newcomer, messenger = Assignment.Rule.NEW_JOINER, Assignment.Rule.MESSENGER
    assign(tom, course=courses[CourseKind.BASIC], rule=newcomer, due_days=21, at=at)
    assign(tom, course=courses[CourseKind.MESSENGER], rule=messenger, due_days=30, at=at)


# --- who passed when


def _pass(someone: Person, trained_until: int, people: dict[str, User], now: datetime) -> Step:
    """In time for the end that PEOPLE names: by hand before there were courses, by the quiz since."""
    days_ago = 365 - trained_until
    act = _take if days_ago < COURSES_DAYS_AGO else _record
    return now - timedelta(days=days_ago), partial(act, someone, people)


def _record(someone: Person, people: dict[str, User], *, at: datetime) -> None:
    for kind in (CourseKind.BASIC, *someone.licences):
        record_certificate(
            people["tom"],
            person=people[someone.key],
            course=OLD_NAMES[kind],
            kind=kind,
            passed_on=at.date(),
            valid_until=at.date() + timedelta(days=365),
            at=at,
        )


def _take(someone: Person, people: dict[str, User], *, at: datetime) -> None:
    """Everything right but the last question, which stays open."""
    person = people[someone.key]
    for kind in (CourseKind.BASIC, *someone.licences):
        attempt = start(person, version=_course(kind), refresher=False, at=at)
        for body in attempt.questions[:-1]:
            given = attempt.verdicts.get(body["key"]) or right_answer(from_json(body))
            save_answer(person, attempt=attempt, key=body["key"], given=given, flagged=False, at=at)
        submit(person, attempt=attempt, at=at)


# --- what is going on


def _look_at_questions(*, at: datetime) -> None:
    figures(_course(CourseKind.BASIC))


def _write(people: dict[str, User], *, at: datetime) -> None:
    """The author has begun the next edition of the messenger course."""
    new_draft(people["tom"], course=_course(CourseKind.MESSENGER).course, at=at)


def _read(people: dict[str, User], *, at: datetime) -> None:
    """The newcomer has read the first lessons."""
    for lesson in _course(CourseKind.BASIC).lessons.order_by("position")[:READ_BY_NEWCOMER]:
        mark_read(people["ole"], lesson=lesson, at=at)

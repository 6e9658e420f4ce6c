"""Publishing a version, and taking it back. What is published never changes again (migration 0003)."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.policy import RuleSet
from contacts.rulebook.selectors import rule_set_in_force
from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from training.models import Course, CourseKind, CourseVersion, Question
from training.questions import FEWEST_WRONG, Case, QuestionError, case_verdict, from_json, missing_translations
from training.services.common import NotNow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.people.models import User

PUBLISHERS = (Role.TRAINING_AUTHOR, Role.DPO)
LANGUAGES = ("de", "en")
_BLIND_PICTURE = re.compile(r"!\[\s*\]")


@transaction.atomic
def publish(
    acting_user: User | Job, *, version: CourseVersion, at: datetime, recertify_by: date | None = None
) -> CourseVersion:
    """Publish a draft; the version before it retires, and attempts that run on it may still pass.

    `recertify_by`: people must certify again; older certificates of the course count until that day. Raises
    ValidationError with every problem, each a sentence, and NotNow for what is no draft any more, or for whoever wrote
    it where a second person must look.
    """
    if not isinstance(acting_user, Job):
        require_role(acting_user, *PUBLISHERS)
    locked = _lock(version)
    if locked.state != CourseVersion.State.DRAFT:
        raise NotNow(_("This version has been published meanwhile. Nothing was changed."))
    if needs_second_person(acting_user, locked):
        raise NotNow(
            _(
                "You wrote in this draft, and nobody publishes a licence of their own making. Ask another training "
                "author or the data protection officer to read and publish it."
            )
        )
    rules = rule_set_in_force(at)
    found = problems(locked, rules)
    if recertify_by is not None and recertify_by < timezone.localdate(at):
        found.append(_("The day by which people certify again lies in the past. Give them some weeks."))
    if found:
        raise ValidationError(found)
    _record_verdicts(locked, rules)
    for before in locked.course.versions.filter(state=CourseVersion.State.PUBLISHED):
        before.state, before.retired_at = CourseVersion.State.RETIRED, at
        before.save(update_fields=["state", "retired_at"])
    locked.state, locked.published_at = CourseVersion.State.PUBLISHED, at
    locked.published_by = None if isinstance(acting_user, Job) else acting_user
    locked.recertify_by, locked.requires_recertification = recertify_by, recertify_by is not None
    locked.save(update_fields=[*_PUBLISHED_FIELDS])
    locked.imports.filter(done_at__isnull=True).delete()  # files that nobody took over
    after = {"version": locked.number, "kind": locked.course.kind, "recertify_by": recertify_by}
    record(acting_user, "course.published", "course", locked.course.slug, at=at, after=after)
    return locked


_PUBLISHED_FIELDS = ("state", "published_at", "published_by", "recertify_by", "requires_recertification")


def needs_second_person(actor: User | Job, version: CourseVersion) -> bool:
    """A licence lets people do what others may not, so two people answer for its course: who wrote in the draft, by
    whatever account, does not publish it."""
    if isinstance(actor, Job) or version.course.kind == CourseKind.BASIC:
        return False
    return any(actor.is_same_person_as(writer) for writer in version.writers.all())


@transaction.atomic
def withdraw(acting_user: User | Job, *, version: CourseVersion, at: datetime) -> CourseVersion:
    """Take a version back because its content is not right: from this commit on nobody passes by it, and it asks
    nobody any more to certify again.

    Attempts that run keep their answers and get a result; certificates from before stay. A licence stays asked for.
    """
    _demand_author(acting_user)
    locked = _lock(version)
    if locked.state == CourseVersion.State.DRAFT or locked.withdrawn_at is not None:
        raise NotNow(_("Only what is published can be withdrawn, and only once. Nothing was changed."))
    before = {"state": locked.state}
    locked.state, locked.withdrawn_at = CourseVersion.State.RETIRED, at
    locked.retired_at = locked.retired_at or at
    locked.save(update_fields=["state", "retired_at", "withdrawn_at"])
    after = {"state": locked.state, "version": locked.number, "withdrawn_at": at}
    record(acting_user, "course.withdrawn", "course", locked.course.slug, at=at, before=before, after=after)
    return locked


@transaction.atomic
def retire_course(acting_user: User, *, course: Course, at: datetime) -> Course:
    """Offer a course no longer, so that no licence asks for it. Attempts that run may be finished."""
    _demand_author(acting_user)
    locked = Course.objects.select_for_update().get(pk=course.pk)
    if locked.retired_at is not None:
        raise NotNow(_("This course has been retired already. Nothing was changed."))
    locked.retired_at = at
    locked.save(update_fields=["retired_at"])
    record(acting_user, "course.retired", "course", locked.slug, at=at, after={"retired_at": at})
    return locked


def problems(version: CourseVersion, rules: RuleSet) -> list[str]:
    """Why a version cannot be published under a rule set, each a sentence; empty when it can."""
    return [*_text_problems(version), *_question_problems(version, rules), *_draw_problems(version)]


def _text_problems(version: CourseVersion) -> Iterator[str]:
    for language in LANGUAGES:
        if not getattr(version, f"title_{language}"):
            yield _("The course has no title in “%(language)s”.") % {"language": language}
    lessons = list(version.lessons.order_by("position"))
    if not lessons:
        yield _("The course has no lesson.")
    for lesson in lessons:
        missing = [f"{name}.{one}" for name in ("title", "body") for one in LANGUAGES if not _has(lesson, name, one)]
        if missing:
            words = {"lesson": lesson.slug, "fields": ", ".join(missing)}
            yield _("Lesson “%(lesson)s” lacks %(fields)s.") % words
        if _BLIND_PICTURE.search(f"{lesson.body_de}\n{lesson.body_en}"):
            words = {"lesson": lesson.slug}
            yield _("Lesson “%(lesson)s” shows a picture without saying what it shows.") % words


def _has(lesson: object, name: str, language: str) -> bool:
    return bool(getattr(lesson, f"{name}_{language}").strip())


def _question_problems(version: CourseVersion, rules: RuleSet) -> Iterator[str]:
    for row in version.questions.order_by("position", "pk"):
        try:
            question = from_json(row.body)
        except QuestionError as error:
            yield _(error.template) % error.values
            continue
        missing = missing_translations(question)
        if missing:
            yield _("Question “%(key)s” lacks %(fields)s.") % {"key": row.key, "fields": ", ".join(missing)}
        if isinstance(question, Case):
            yield from _case_problems(question, rules)


def _case_problems(question: Case, rules: RuleSet) -> Iterator[str]:
    forgotten = question.not_offered(rules)
    if forgotten:
        words = {"key": question.key, "rules": ", ".join(forgotten)}
        yield _("Case “%(key)s” does not offer %(rules)s, by which the rules decide.") % words
    if len(question.wrong_whys(rules)) < FEWEST_WRONG:
        yield _("Case “%(key)s” must offer at least %(count)s rules that do not decide.") % {
            "key": question.key,
            "count": FEWEST_WRONG,
        }


def _draw_problems(version: CourseVersion) -> Iterator[str]:
    there = Counter(version.questions.values_list("category", flat=True))
    if not sum(version.draw.values()):
        yield _("The quiz draws no question. Say how many from which category.")
    for draw in (version.draw, version.refresher_draw):
        for category, count in draw.items():
            if count > there[category]:
                words = {"category": category, "there": there[category], "count": count}
                yield _("The category “%(category)s” has %(there)s questions, but %(count)s are drawn.") % words
    if sum(version.refresher_draw.values()) and not version.lessons.filter(refresher=True).exists():
        yield _("There is a quiz for the refresher, but no lesson belongs to it.")


def _record_verdicts(version: CourseVersion, rules: RuleSet) -> None:
    """What the rules say about each case on this day; a later rule change shows against it."""
    cases = list(version.questions.filter(kind=Case.kind))
    for row in cases:
        outcome, deciding = case_verdict(from_json(row.body), rules)
        row.recorded_outcome, row.recorded_rules = outcome.value, list(deciding)
    Question.objects.bulk_update(cases, ["recorded_outcome", "recorded_rules"])


def _lock(version: CourseVersion) -> CourseVersion:
    """The course first, then its version: two publications of one course stand in line."""
    Course.objects.select_for_update().get(pk=version.course_id)
    return CourseVersion.objects.select_for_update(of=("self",)).select_related("course").get(pk=version.pk)


def _demand_author(actor: User | Job) -> None:
    if not isinstance(actor, Job):
        require_role(actor, Role.TRAINING_AUTHOR)

"""Questions authors ask: their courses, a version to work on, what still lacks a translation, which cases flipped."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from contacts.policy import RuleSet
from training.models import BankImport, Course, CourseVersion, Lesson, Question
from training.presenting.editing import KIND_WORDS
from training.questions import QuestionError, case_verdict, from_json, missing_translations

if TYPE_CHECKING:
    from portal.people.models import User

LANGUAGES = ("de", "en")


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course with what is published and what is being written."""

    course: Course
    versions: tuple[CourseVersion, ...]

    def _in_state(self, state: str) -> CourseVersion | None:
        return next((one for one in self.versions if one.state == state), None)

    @property
    def current(self) -> CourseVersion | None:
        return self._in_state(CourseVersion.State.PUBLISHED)

    @property
    def draft(self) -> CourseVersion | None:
        return self._in_state(CourseVersion.State.DRAFT)

    @property
    def title(self) -> str:
        return self.versions[0].title


def course_rows() -> list[CourseRow]:
    """Every course, the newest version first; two queries."""
    courses = Course.objects.prefetch_related("versions__course").order_by("pk")
    return [CourseRow(one, tuple(one.versions.all())) for one in courses]


def get_course(slug: str) -> Course:
    return get_object_or_404(Course, slug=slug)


def get_version(user: User, slug: str, number: int) -> CourseVersion:
    """The one door of authors and the DPO to a version, drafts too."""
    rows = CourseVersion.objects.visible_to(user).select_related("course", "published_by")
    return get_object_or_404(rows, course__slug=slug, number=number)


def get_import(version: CourseVersion, pk: int) -> BankImport:
    """A file that waits for a word; once taken it has become questions."""
    return get_object_or_404(BankImport, pk=pk, version=version)


@dataclass(frozen=True, slots=True)
class LessonRow:
    lesson: Lesson
    lacks: tuple[str, ...]


def lesson_rows(version: CourseVersion) -> list[LessonRow]:
    """The outline; `lacks` names the languages in which title or text are missing."""
    return [LessonRow(one, _lesson_lacks(one)) for one in version.lessons.order_by("position")]


def _lesson_lacks(lesson: Lesson) -> tuple[str, ...]:
    return tuple(
        language
        for language in LANGUAGES
        if not (getattr(lesson, f"title_{language}").strip() and getattr(lesson, f"body_{language}").strip())
    )


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question of the bank; `problem` where it can no longer be read as one."""

    row: Question
    text: str
    lacks: tuple[str, ...]
    problem: str = ""

    @property
    def kind_word(self) -> str:
        return str(KIND_WORDS.get(self.row.kind, self.row.kind))


@dataclass(frozen=True, slots=True)
class Category:
    """A category with how many of its questions are drawn."""

    name: str
    questions: tuple[QuestionRow, ...]
    drawn: int
    drawn_in_refresher: int


def bank_of(version: CourseVersion, language: str) -> list[Category]:
    """The bank by category; one query."""
    rows = [_question_row(one, language) for one in version.questions.order_by("position", "pk")]
    names = sorted({*(one.row.category for one in rows), *version.draw, *version.refresher_draw})
    return [
        Category(
            name,
            tuple(one for one in rows if one.row.category == name),
            version.draw.get(name, 0),
            version.refresher_draw.get(name, 0),
        )
        for name in names
    ]


def _question_row(row: Question, language: str) -> QuestionRow:
    try:
        question = from_json(row.body)
    except QuestionError as error:
        return QuestionRow(row, row.key, (), str(error))
    endings = {field.rpartition(".")[2] for field in missing_translations(question)}
    return QuestionRow(row, question.text.in_(language), tuple(one for one in LANGUAGES if one in endings))


def counts_by_kind(version: CourseVersion) -> Counter[str]:
    return Counter(version.questions.values_list("kind", flat=True))


@dataclass(frozen=True, slots=True)
class Flip:
    """A case of a published version about which the rules say something else today than at its publication.

    `outcome` is empty where today's rules can no longer decide about it at all.
    """

    question: Question
    outcome: str
    rules: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.question.version_id}/{self.question.key}/{self.outcome}/{','.join(self.rules)}"


def flipped_cases(rules: RuleSet) -> list[Flip]:
    """The flipped cases of everything that can be taken now; one query."""
    cases = Question.objects.filter(
        kind="case", version__state=CourseVersion.State.PUBLISHED, version__course__retired_at__isnull=True
    ).select_related("version__course")
    found = [_today(case, rules) for case in cases.order_by("version_id", "position")]
    return [one for one in found if _differs(one)]


def _today(case: Question, rules: RuleSet) -> Flip:
    try:
        outcome, deciding = case_verdict(from_json(case.body), rules)
    except (QuestionError, ValueError, TypeError):
        return Flip(case, "", ())
    return Flip(case, outcome.value, deciding)


def _differs(flip: Flip) -> bool:
    row = flip.question
    return (flip.outcome, sorted(flip.rules)) != (row.recorded_outcome, sorted(row.recorded_rules))

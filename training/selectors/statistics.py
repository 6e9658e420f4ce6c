"""What others see: rates by department, and how questions do. No names, and nothing about fewer than five people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from contacts.policy import RuleSet
from portal.access.roles import Role
from portal.people.groups import may_be_told, total_may_be_told
from portal.people.models import User
from training.analysis import FEWEST_ATTEMPTS, WEAK_DISCRIMINATION, ItemFigures, figures
from training.models import CourseKind, CourseVersion, ItemSum
from training.presenting.labels import pick_words
from training.questions import Question, QuestionError, from_json
from training.rules import training_state
from training.selectors.licences import ends_by_kind


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of a group hold a valid certificate of a kind. Nothing is known about a group that is too small."""

    people: int
    valid: int

    @property
    def is_shown(self) -> bool:
        return may_be_told(self.people)

    @property
    def percent(self) -> int:
        return self.valid * 100 // self.people


@dataclass(frozen=True, slots=True)
class RateRow:
    """A department (None = without one) with its rates by kind; `total` where it is everybody."""

    department: str | None
    rates: tuple[Rate, ...]
    total: bool = False


def rates_by_department(*, today: date) -> list[RateRow]:
    """Rates of the active people, by department and kind; a fixed number of queries.

    The licence to decide is asked of managers and the DPO only. The row about everybody is left out where one could
    reckon back from it to a small group.
    """
    people = list(User.objects.filter(is_active=True).select_related("department").order_by("department__name"))
    ends = ends_by_kind([one.pk for one in people], today=today)
    groups: dict[str | None, list[User]] = defaultdict(list)
    for one in people:
        groups[one.department.name if one.department else None].append(one)
    rows = [RateRow(name, _rates(theirs, ends, today)) for name, theirs in groups.items()]
    everybody = RateRow(None, tuple(_total(rows, index) for index in range(len(CourseKind.values))), total=True)
    return [*rows, everybody]


def _rates(people: Iterable[User], ends: dict[int, dict[str, list[date]]], today: date) -> tuple[Rate, ...]:
    return tuple(_rate(people, kind, ends, today) for kind in CourseKind.values)


def _rate(people: Iterable[User], kind: str, ends: dict[int, dict[str, list[date]]], today: date) -> Rate:
    asked = [one for one in people if kind != CourseKind.APPROVER or one.has_role(Role.MANAGER, Role.DPO)]
    return Rate(len(asked), sum(training_state(ends[one.pk][kind], today) == "valid" for one in asked))


def _total(rows: list[RateRow], index: int) -> Rate:
    """Everybody, unless the hidden groups together are too few to hide in."""
    rates = [row.rates[index] for row in rows]
    if not total_may_be_told(rate.people for rate in rates):
        return Rate(0, 0)
    return Rate(sum(rate.people for rate in rates), sum(rate.valid for rate in rates))


@dataclass(frozen=True, slots=True)
class ItemRow:
    """How one question does; `choices` are (words, share in percent, right), the most chosen first."""

    key: str
    text: str
    figures: ItemFigures
    choices: tuple[tuple[str, int, bool], ...] = ()

    @property
    def deserves_a_look(self) -> bool:
        found = self.figures.discrimination
        return found is not None and found < WEAK_DISCRIMINATION

    @property
    def facility_percent(self) -> int | None:
        return None if self.figures.facility is None else round(self.figures.facility * 100)

    @property
    def missing(self) -> int:
        """How many attempts are needed before anything can be said."""
        return max(0, FEWEST_ATTEMPTS - self.figures.attempts)


def item_rows(version: CourseVersion, rules: RuleSet) -> list[ItemRow]:
    """How the questions of a version do, the doubtful ones first; two queries."""
    known = {row.question_key: figures(row.sums) for row in ItemSum.objects.filter(version=version)}
    nothing = ItemFigures(0)
    bodies = version.questions.order_by("position", "pk").values_list("key", "body")
    rows = [_item_row(key, body, known.get(key, nothing), rules) for key, body in bodies]
    return sorted(rows, key=_doubt)


def _doubt(row: ItemRow) -> tuple[bool, float, float]:
    """Questions with figures before those without, the worst at telling good attempts from weak ones first."""
    found = row.figures
    known = found.discrimination if found.discrimination is not None else 1.0
    return (found.facility is None, known, found.facility if found.facility is not None else -found.attempts)


def _item_row(key: str, body: dict[str, object], figures: ItemFigures, rules: RuleSet) -> ItemRow:
    try:
        question = from_json(body)
    except QuestionError:
        return ItemRow(key, key, figures)
    return ItemRow(key, question.text.in_(get_language() or "de"), figures, _choices(question, figures, rules))


def _choices(question: Question, figures: ItemFigures, rules: RuleSet) -> tuple[tuple[str, int, bool], ...]:
    found = Counter(figures.choices or {})
    picks = ((pick_words(question, pick, rules), round(share * 100)) for pick, share in found.most_common())
    return tuple((words, percent, right) for (words, right), percent in picks)

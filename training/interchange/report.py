"""What came out of a file and what did not, line by line; and what an export had to leave out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from training.interchange.trouble import TOO_MANY, Trouble
from training.questions import Question, QuestionError

MOST_PROBLEMS = 300


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be taken over: where, what was found, what to do.

    A page says `gettext(problem.trouble.found) % problem.values`, and the same with `todo`. `lost` = the question
    is not among the questions of the report; otherwise it is, without the thing that is told.
    """

    line: int
    trouble: Trouble
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def lost(self) -> bool:
        return self.trouble.lost

    @property
    def found(self) -> str:
        return self.trouble.found % self.values

    @property
    def todo(self) -> str:
        return self.trouble.todo % self.values

    def __str__(self) -> str:
        return f"{self.line}: {self.found} {self.todo}"


@dataclass(frozen=True, slots=True)
class Report:
    """The questions of a file in its order, and its problems by line. Nothing has been changed anywhere."""

    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What an export cannot carry, or only in part; a page translates `trouble.found` and `trouble.todo`."""

    key: str
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Export:
    """The file as UTF-8, and what it could not carry."""

    content: bytes
    left_out: tuple[LeftOut, ...]


class Lost(Exception):
    """Ends the reading of one question; what is read after it goes on."""

    def __init__(self, line: int, trouble: Trouble, **values: object) -> None:
        super().__init__(trouble.found)
        self.problem = Problem(line, trouble, values)


class Problems:
    """Collects problems; after MOST_PROBLEMS one last problem says that there are more."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    @property
    def full(self) -> bool:
        """Nobody reads so many; whoever reads the file stops here."""
        return len(self.found) >= MOST_PROBLEMS

    def add(self, problem: Problem) -> None:
        if not self.full and problem not in self.found[-20:]:
            self.found.append(problem)

    def sorted(self) -> tuple[Problem, ...]:
        ordered = sorted(self.found, key=lambda problem: problem.line)
        if self.full:
            ordered.append(Problem(ordered[-1].line, TOO_MANY, {"most": MOST_PROBLEMS}))
        return tuple(ordered)


def refused(line: int, error: QuestionError, trouble: Trouble) -> Problem:
    """A question that was read but cannot be taken: the sentence of the error is what was found."""
    return Problem(line, Trouble(trouble.code, error.template, trouble.todo, trouble.lost), error.values)

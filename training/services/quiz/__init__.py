"""Taking a quiz: start, answer, submit. The attempt's row is the lock of everything about it."""

from training.services.quiz.answering import save_answer
from training.services.quiz.common import lock_attempt
from training.services.quiz.grading import Result, close_overdue, submit
from training.services.quiz.starting import refusal, start

__all__ = ["Result", "close_overdue", "lock_attempt", "refusal", "save_answer", "start", "submit"]

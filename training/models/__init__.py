"""The tables of the training room, by noun. What the database refuses by itself stands in migration 0003."""

from training.models.assignment import Assignment
from training.models.attempt import Answer, Attempt, TimeExtension
from training.models.certificate import Certificate
from training.models.course import Course, CourseKind, CourseVersion
from training.models.lesson import Lesson, LessonPicture, LessonRead
from training.models.question import BankImport, ItemStat, Question
from training.models.reminding import Reminded

__all__ = [
    "Answer",
    "Assignment",
    "Attempt",
    "BankImport",
    "Certificate",
    "Course",
    "CourseKind",
    "CourseVersion",
    "ItemStat",
    "Lesson",
    "LessonPicture",
    "LessonRead",
    "Question",
    "Reminded",
    "TimeExtension",
]

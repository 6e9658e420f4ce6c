"""The questions other rooms, and our own pages, may ask about training."""

from training.rules import CHANNELS_WITH_LICENCE, Licences
from training.selectors.attempts import get_attempt, sheet_of
from training.selectors.certificates import certificates_matching, check_number, get_certificate, team_of
from training.selectors.courses import get_current, may_take_refresher, offers_for, steps_of
from training.selectors.licences import (
    CourseToTake,
    course_before_reviewing,
    ends_by_kind,
    ends_of,
    licences_from,
    may_review,
    training_of,
    untaught_reviewers,
)
from training.selectors.refreshers import refresher_because_of

__all__ = [
    "CHANNELS_WITH_LICENCE",
    "CourseToTake",
    "Licences",
    "certificates_matching",
    "check_number",
    "course_before_reviewing",
    "ends_by_kind",
    "ends_of",
    "get_attempt",
    "get_certificate",
    "get_current",
    "licences_from",
    "may_review",
    "may_take_refresher",
    "offers_for",
    "refresher_because_of",
    "sheet_of",
    "steps_of",
    "team_of",
    "training_of",
    "untaught_reviewers",
]

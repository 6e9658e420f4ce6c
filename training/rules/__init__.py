"""What decides about training: standing, licences, validity, the quiz. Standard library only."""

from training.rules.duties import EVERYBODY_DUE_DAYS, REFRESHER_DUE_DAYS, REFRESHER_EVERY_DAYS, Somebody, Target, due_on
from training.rules.licences import (
    CHANNELS_WITH_LICENCE,
    Demand,
    Held,
    Licences,
    counts_until,
    riskier,
)
from training.rules.numbers import certificate_number, check_digit, is_certificate_number
from training.rules.quiz import (
    ATTEMPTS_COUNT_DAYS,
    RETIRED_COUNTS_DAYS,
    Past,
    Refusal,
    Terms,
    deadline,
    last_instant,
    percent,
    refusal_to_start,
)
from training.rules.standing import (
    DUE_DAYS_BEFORE,
    REMIND_DAYS_BEFORE,
    Standing,
    reminder_step,
    standing,
    training_state,
    weeks_overdue,
)
from training.rules.validity import MOST_MONTHS_BY_HAND, REFRESHER_DAYS_AFTER_END, add_months, may_refresh, valid_until

__all__ = [
    "ATTEMPTS_COUNT_DAYS",
    "CHANNELS_WITH_LICENCE",
    "DUE_DAYS_BEFORE",
    "EVERYBODY_DUE_DAYS",
    "MOST_MONTHS_BY_HAND",
    "REFRESHER_DAYS_AFTER_END",
    "REFRESHER_DUE_DAYS",
    "REFRESHER_EVERY_DAYS",
    "REMIND_DAYS_BEFORE",
    "RETIRED_COUNTS_DAYS",
    "Demand",
    "Held",
    "Licences",
    "Past",
    "Refusal",
    "Somebody",
    "Standing",
    "Target",
    "Terms",
    "add_months",
    "certificate_number",
    "check_digit",
    "counts_until",
    "deadline",
    "due_on",
    "is_certificate_number",
    "last_instant",
    "may_refresh",
    "percent",
    "refusal_to_start",
    "reminder_step",
    "riskier",
    "standing",
    "training_state",
    "valid_until",
    "weeks_overdue",
]

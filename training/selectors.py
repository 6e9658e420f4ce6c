"""The questions other rooms may ask about training."""

from __future__ import annotations

from datetime import date

from training.models import Certificate
from training.rules import training_state


def training_of(person_id: int, *, today: date) -> str:
    """`valid`, `expired` or `none`: the fact `requester_training`."""
    days = Certificate.objects.filter(person_id=person_id, passed_on__lte=today).values_list("valid_until", flat=True)
    return training_state(days, today)

"""What people type as a time."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.forms import Field

EARLIEST_YEAR = 1900


def demand_whole_year(field: Field, moment: datetime) -> datetime:
    """The moment. A year that was typed by halves is no year, and the first day there is cannot even be read back:
    raises ValidationError with the field's own sentence."""
    if moment.year < EARLIEST_YEAR:
        raise ValidationError(field.error_messages["invalid"])
    return moment

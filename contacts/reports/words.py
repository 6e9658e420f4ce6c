"""Days and months as plots write them."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _


def number(value: float) -> str:
    return str(number_format(value, force_grouping=True))


def month(day: date) -> str:
    """“March 2027”."""
    return str(date_format(day, "F Y"))


def short_month(day: date, *, first: bool = False) -> str:
    """“Mar”, and in January and at the beginning the year with it: few letters stand below a column."""
    return str(date_format(day, "M y" if first or day.month == 1 else "M"))


def week(day: date) -> str:
    """The first day of a week: “16 Nov”."""
    return str(date_format(day, _("j M")))


def full_day(day: date) -> str:
    return str(date_format(day, "SHORT_DATE_FORMAT"))

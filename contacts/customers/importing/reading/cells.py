"""One cell of a workbook as text: exactly what the person typed, or a fault. Excel keeps days as numbers."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from contacts.customers.importing.reading.base import BOOLEAN, DATE, NUMBER, TEXT, Fault

MOST_DIGITS = Decimal(10) ** 15  # Excel keeps 15 digits; what is longer, it has rounded already
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")  # ECMA-376 part 1, 22.9.2.19 (ST_Xstring)
Cell = tuple[str, str, Fault | None]


def unescape(text: str) -> str:
    """`_x000D_` is how a workbook writes what XML cannot."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def formula(text: str) -> Cell:
    reason = _("The cell is a formula: its value depends on other cells.")
    return text, TEXT, Fault(reason, _("Copy the column and paste it as values (Paste special)."))


def error(text: str) -> Cell:
    return text, TEXT, Fault(_("The cell holds an error of Excel."), _("Correct it in Excel or empty the cell."))


def boolean(text: str) -> Cell:
    return ("true" if text.strip() == "1" else "false"), BOOLEAN, None


def number(text: str, is_date: bool, epoch: datetime) -> Cell:
    """A whole number as its digits, a day as 2026-12-31; everything else is refused and never rounded."""
    if not is_date and len(text) < 16 and text.isdecimal() and text[0] != "0":
        return text, NUMBER, None
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return text, NUMBER, Fault(_("This is no number."), _("Format the column as text and enter it again."))
    if is_date:
        return _day(text, float(value), epoch)
    fix = _("Format the column as text in Excel and enter the value again.")
    if not value.is_finite() or value != value.to_integral_value():
        return text, NUMBER, Fault(_("Excel keeps a decimal number here."), fix)
    if abs(value) >= MOST_DIGITS:
        return text, NUMBER, Fault(_("The number has more than 15 digits: Excel has rounded it."), fix)
    return f"{int(value)}", NUMBER, None


@lru_cache(4096)
def _day(text: str, value: float, epoch: datetime) -> Cell:
    fault = Fault(_("Excel shows this as a date, but there is no such day."), _("Enter the date again."))
    if value < 0:
        return text, DATE, fault
    try:
        moment = from_excel(value, epoch)
    except (OverflowError, ValueError):
        return text, DATE, fault
    if isinstance(moment, datetime):
        return iso(moment), DATE, None
    return (moment.isoformat() if isinstance(moment, date) else text), DATE, fault if isinstance(moment, time) else None


def iso(moment: datetime) -> str:
    """The day alone where there is no time of day."""
    return moment.date().isoformat() if moment.time() == time() else moment.isoformat(timespec="seconds")

"""The record as a file for the supervisory authority: a table, and a document that can be read aloud."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.cells import Table
from portal.desk.processing.models import ActivityVersion
from portal.desk.processing.rules import PARTS
from portal.desk.processing.selectors import PART_WORDS, Activity, controller
from portal.paper.pdf import render_pdf

Make = Callable[[list[Activity], str, datetime], bytes]


def as_csv(activities: list[Activity], language: str, at: datetime) -> bytes:
    """One line for each activity. Days as spreadsheets sort them."""
    out = io.StringIO(newline="")
    table = Table(out)
    head = (_("Activity"), *(str(PART_WORDS[part]) for part in PARTS))
    table.row([*head, _("Version"), _("Last change"), _("Review due"), _("State"), *_labels()])
    for one in activities:
        parts = ["\n".join(part.lines) for part in one.parts]
        changed = localtime(one.newest.made_at).date().isoformat() if one.newest is not None else ""
        due = one.review_on.isoformat() if one.review_on is not None and not one.is_ended else ""
        table.row([one.name, *parts, one.number, changed, due, state_words(one), *_values()])
    return out.getvalue().encode("utf-8-sig")


def _labels() -> list[str]:
    return [label for label, _value in controller()]


def _values() -> list[str]:
    return [value for _label, value in controller()]


def as_pdf(activities: list[Activity], language: str, at: datetime) -> bytes:
    """PDF/UA; the same record at the same instant gives the same bytes."""
    values: dict[str, Any] = {
        "title": _("Record of processing activities"),
        "company": settings.COMPANY_NAME,
        "reference": _("Art. 30(1) GDPR"),
        "made": _("As of %(moment)s.") % {"moment": date_format(localtime(at), "SHORT_DATETIME_FORMAT")},
        "page_of": _("Page {1} of {2}"),
        "who": controller(),
        "activities": [_on_paper(one) for one in activities],
    }
    return render_pdf("processing", values, language=language, at=at)


def _on_paper(one: Activity) -> dict[str, Any]:
    parts = [(part.label, [*part.lines, *([_("Not said yet")] if part.is_missing else [])]) for part in _filled(one)]
    changed = (_("Last change"), [last_change(one.newest)])
    return {"name": one.name, "rows": [*parts, changed, (_("State"), [state_words(one)])]}


def _filled(one: Activity) -> Iterable[Any]:
    return (part for part in one.parts if part.lines or part.is_missing)


def last_change(newest: ActivityVersion | None) -> str:
    """Number and day of a version; who made it is of no concern to an authority."""
    if newest is None:
        return _("As the portal describes it; nobody has added anything yet")
    return _("Version %(number)s of %(day)s") % {"number": newest.number, "day": day_words(newest.day)}


def state_words(one: Activity) -> str:
    if one.newest is not None and one.is_ended:
        told = {"day": day_words(one.newest.day), "reason": one.newest.reason}
        return _("Ended on %(day)s: %(reason)s") % told
    return _("In use")


def day_words(day: date) -> str:
    return str(date_format(day, "SHORT_DATE_FORMAT"))


FORMS: dict[str, Make] = {"csv": as_csv, "pdf": as_pdf}

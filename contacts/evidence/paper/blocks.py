"""The bricks of the document, and how values are written in it: times to the second, in UTC, as they were recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consent.sheets.paper import breakable
from portal.ui.templatetags.kk import OUTCOMES, STATES
from portal.vocabulary import Purpose, way_in_words

Block = dict[str, Any]
Row = tuple[str, str]


def block(
    heading: str,
    rows: Iterable[Row] = (),
    blocks: Iterable[Block] = (),
    *,
    note: str = "",
    text: dict[str, str] | None = None,
    table: Block | None = None,
) -> Block:
    """One part of the document; what says nothing is left out of its rows."""
    told = [(label, breakable(value)) for label, value in rows if value]
    return {"heading": heading, "rows": told, "blocks": list(blocks), "note": note, "text": text, "table": table}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    return {"head": list(head), "rows": [[breakable(cell) for cell in row] for row in rows]}


def instant(moment: datetime | None) -> str:
    if moment is None:
        return ""
    at = moment.astimezone(UTC)
    return f"{day(at.date())}, {at:%H:%M:%S} UTC"


def day(value: Any) -> str:
    return date_format(value, "SHORT_DATE_FORMAT") if value else ""


def yes_no(value: bool | None) -> str:
    return "" if value is None else (_("Yes") if value else _("No"))


def outcome(code: str) -> str:
    return str(OUTCOMES[code][1]) if code in OUTCOMES else code


def state(noun: str, code: str) -> str:
    return str(STATES[noun][code][1]) if code in STATES[noun] else code


def way(about: dict[str, Any]) -> str:
    return way_in_words(about["channel"], about["platform"])


def purpose(code: str) -> str:
    return str(Purpose(code).label)


def again(decided_again: bool | None) -> str:
    """What deciding again under the rules of that day came to."""
    if decided_again is None:
        return _("not possible with this version of the software; what was recorded stands")
    return _("the same") if decided_again else _("ANOTHER ANSWER than was recorded")

"""What a room tells about one person (Art. 15 GDPR), in a form that serves a letter and a machine alike.

A room describes its records by the names of their fields; nobody has to know its tables. Values are JSON, words are in
the language that is active. The roof names the contributors (`SUBJECT_DATA` in portal/handlers.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Item:
    """One value: its code and JSON for machines, label and words for people."""

    code: str
    label: str
    value: Any
    words: str


Record = list[Item]


@dataclass(frozen=True, slots=True)
class Section:
    """Records of one sort. `purpose` says what they are for, `kept` how long, each in a sentence. `provided`: the
    person gave these data themselves, so they may be taken along (Art. 20 GDPR)."""

    code: str
    heading: str
    purpose: str
    kept: str
    records: list[Record] = field(default_factory=list)
    provided: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """About whom, as of when, and whether who acted outside the rules may be named."""

    customer: Any
    at: datetime
    names: bool = False


Gather = Callable[[Asked], Iterable[Section]]


@dataclass(frozen=True, slots=True)
class Contributor:
    """One room's answer, and the models (`app.Model`) that it tells about."""

    models: tuple[str, ...]
    gather: Gather


def contributors() -> tuple[Contributor, ...]:
    found: tuple[Contributor, ...] = import_string(settings.SUBJECT_DATA)
    return found


def sections_about(asked: Asked) -> list[Section]:
    """Everything that all rooms tell, in the order of the roof's table; what has no records is left out."""
    return [section for one in contributors() for section in one.gather(asked) if section.records]


def item(code: str, label: str, value: Any, words: str | None = None) -> Item:
    """`words` only where they are not simply the value."""
    return Item(code, str(label), plain(value), spoken(value) if words is None else words)


def record_of(row: Model, *names: str | tuple[str, str]) -> Record:
    """Fields of a row that have a value; a field without a name for people comes with a label."""
    items = (_field(row, name) if isinstance(name, str) else _field(row, *name) for name in names)
    return [one for one in items if one.words]


def _field(row: Model, name: str, label: str = "") -> Item:
    value = getattr(row, name)
    display = getattr(row, f"get_{name}_display", None)
    words = str(display()) if display is not None and value not in (None, "") else None
    shown = label or capfirst(str(getattr(row._meta.get_field(name), "verbose_name", name)))
    return item(name, shown, str(value) if isinstance(value, Model) else value, words)


def plain(value: Any) -> Any:
    """JSON; instants and days in ISO 8601."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def spoken(value: Any) -> str:
    """For people, in the active language; nothing for what is empty."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{date_format(local, 'SHORT_DATE_FORMAT')}, {local:%H:%M}"
    if isinstance(value, date):
        return str(date_format(value, "SHORT_DATE_FORMAT"))
    if isinstance(value, (list, tuple)):
        return ", ".join(str(one) for one in value)
    return str(value)

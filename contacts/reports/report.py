"""One plot with its words and its table; the table on the page and the CSV are the same rows."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.cells import Table
from portal.people.groups import FEWEST_PEOPLE
from portal.ui.plots.frame import short

#: A number; None where it must not be told; "" where there is none.
Value = int | float | str | None


def too_few() -> str:
    return _("fewer than %(fewest)s people") % {"fewest": FEWEST_PEOPLE}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: its name, its numbers, and where it leads."""

    label: str
    values: tuple[Value, ...]
    url: str = ""

    @property
    def words(self) -> list[tuple[str, bool]]:
        """For people: each number in their language, or that it is not told (True)."""
        return [_said(value) for value in self.values]


@dataclass(frozen=True, slots=True)
class Report:
    """`key` is its part of the address, `title` says the finding, `about` what is drawn. Without `rows` there is
    nothing to show, and the title says why; without `svg` every number of them is hidden, and an empty field would say
    nothing. `of_contacts`: about requests and contacts, not about training."""

    key: str
    title: str
    about: str
    head: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    svg: SafeString = field(default_factory=SafeString)
    legend: SafeString = field(default_factory=SafeString)
    wide: bool = False
    flush: bool = False
    of_contacts: bool = True

    def csv(self) -> bytes:
        """For German Excel: semicolons, UTF-8 with a byte order mark, nothing that it takes for a formula."""
        text = io.StringIO(newline="")
        table = Table(text)
        table.row(self.head)
        table.rows([row.label, *(too_few() if one is None else one for one in row.values)] for row in self.rows)
        return text.getvalue().encode("utf-8-sig")


def _said(value: Value) -> tuple[str, bool]:
    if value is None:
        return too_few(), True
    return ("–", False) if isinstance(value, str) else (short(value), False)


def untold_note(values: Iterable[Value]) -> str:
    """What hatching means, where something is hatched."""
    return too_few() if any(value is None for value in values) else ""


def shown(count: int, told: bool) -> int | None:
    return count if told else None

"""The kind `customers`, as the engine takes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.customers.import_models import ImportChange
from contacts.customers.importing.columns import Columns, Layout
from contacts.customers.importing.customers import undoing, writing
from contacts.customers.importing.customers.columns import COLUMNS
from contacts.customers.importing.customers.records import CustomerReader, CustomerRecord
from contacts.customers.importing.kinds import Chunk
from portal.audit.services import Job

if TYPE_CHECKING:
    from portal.people.models import User


class Customers:
    name = "customers"
    title: str | Promise = _("Customers with their addresses")
    columns: Columns = COLUMNS
    has_sources = True

    def reader(self, layout: Layout, today: date, default_source: str) -> CustomerReader:
        return CustomerReader(layout, today, default_source)

    def write(self, records: Sequence[CustomerRecord], *, actor: User | Job, at: datetime) -> Chunk:
        return writing.write(records, actor=actor, at=at)

    def preview(self, records: Sequence[CustomerRecord], *, actor: User | Job, at: datetime) -> Chunk:
        return writing.preview(records, actor=actor, at=at)

    def undo(self, changes: Sequence[ImportChange], *, actor: User | Job, at: datetime) -> None:
        undoing.undo(changes, actor=actor, at=at)

    def why_no_undo(self) -> str:
        return ""


CUSTOMERS = Customers()

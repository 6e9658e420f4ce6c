"""The kind `consents`, as the engine takes it: each row goes through the verb of the ledger, and is refused by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Upper
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent import rules, services
from consent.importing.columns import COLUMNS
from consent.importing.records import ConsentReader, ConsentRecord
from consent.models import Consent, ConsentEvent
from contacts.customers.importing.columns import Columns, Layout
from contacts.customers.importing.kinds import Chunk, Difference
from contacts.customers.importing.taking import RowError
from contacts.customers.models import Customer, ImportChange
from portal.audit.services import Job

if TYPE_CHECKING:
    from portal.people.models import User

Key = tuple[int, str, str, str]
undo_import = getattr(services, "undo_import", None)


class Consents:
    name = "consents"
    title: str | Promise = gettext_lazy("Consents from an earlier system")
    columns: Columns = COLUMNS
    has_sources = False

    def reader(self, layout: Layout, today: date, default_source: str) -> ConsentReader:
        return ConsentReader(layout, today)

    def write(self, records: Sequence[ConsentRecord], *, actor: User | Job, at: datetime) -> Chunk:
        """Row by row through the ledger's verb; a row that it refuses is told, and does not take others along."""
        chunk = Chunk()
        customers = _customers(records)
        before = _consents(customers)
        known = known_origins([record.origin for record in records])
        for record in records:
            customer = customers.get(record.number.upper())
            if customer is None:
                reason, fix = _("There is no customer with this number."), _("Import the customer first.")
                chunk.problems.append(RowError(record.row, _column("number"), record.number, reason, fix))
            elif record.origin in known:
                chunk.tally.same += 1
            else:
                _write(record, customer, before, chunk, actor, at)
        return chunk

    def preview(self, records: Sequence[ConsentRecord], *, actor: User | Job, at: datetime) -> Chunk:
        """The same, rolled back: only the ledger itself knows what it refuses."""
        with transaction.atomic():
            chunk = self.write(records, actor=actor, at=at)
            transaction.set_rollback(True)
        return chunk

    def undo(self, changes: Sequence[ImportChange], *, actor: User | Job, at: datetime) -> None:
        """The ledger is never shortened: what was imported is corrected by a further entry."""
        for change in changes:
            try:
                with transaction.atomic():
                    _undo(change, actor, at)
                change.outcome = ImportChange.Outcome.UNDONE
            except ValidationError:
                change.outcome, change.why = ImportChange.Outcome.KEPT, "changed_since"

    def why_no_undo(self) -> str:
        if undo_import is None:
            return _("Imported consents stay in the ledger. Withdraw those that are wrong, one by one.")
        return ""


def _customers(records: Sequence[ConsentRecord]) -> dict[str, Customer]:
    """All customers of a chunk, locked in the order of their ids (one order, no deadlock)."""
    numbers = {record.number.upper() for record in records}
    found = Customer.objects.alias(upper=Upper("number")).filter(upper__in=numbers, anonymised_at__isnull=True)
    return {customer.number.upper(): customer for customer in found.order_by("pk").select_for_update(of=("self",))}


def _consents(customers: dict[str, Customer]) -> dict[Key, datetime | None]:
    """When each consent of these customers was given, before the chunk."""
    found = Consent.objects.filter(customer__in=[customer.pk for customer in customers.values()])
    names = ("customer_id", "purpose", "channel", "platform", "given_at")
    return {(pk, purpose, channel, on): given for pk, purpose, channel, on, given in found.values_list(*names)}


def known_origins(origins: Sequence[str]) -> set[str]:
    """Those that the ledger has already: a second import of the same list changes nothing."""
    return set(ConsentEvent.objects.filter(origin__in=origins).values_list("origin", flat=True).order_by())


def _write(
    record: ConsentRecord,
    customer: Customer,
    before: dict[Key, datetime | None],
    chunk: Chunk,
    actor: User | Job,
    at: datetime,
) -> None:
    try:
        with transaction.atomic():
            given_at = instant(record.given, ZoneInfo(customer.timezone))
            consent = services.import_consent(
                actor,
                customer=customer,
                purpose=record.purpose,
                channel=record.channel,
                platform=record.platform,
                given_at=given_at,
                ends_on=record.ends_on,
                evidence=record.evidence,
                origin=record.origin,
                wording_reference=record.wording,
                at=at,
            )
    except ValidationError as refusal:
        chunk.problems.append(_refused(record, refusal))
        return
    earlier = before.get((customer.pk, record.purpose, record.channel, record.platform))
    what = "changed" if earlier else "created"
    setattr(chunk.tally, what, getattr(chunk.tally, what) + 1)
    words = {"before": earlier.date().isoformat() if earlier else "", "after": given_at.date().isoformat()}
    chunk.differences.append(Difference(record.row.line, record.number, what, str(consent), **words))
    chunk.changes.append(
        ImportChange(
            line=record.row.line,
            what="consent",
            customer_id=customer.pk,
            object_id=consent.pk,
            after={"origin": record.origin},
        )
    )


def instant(given: datetime | date, zone: ZoneInfo) -> datetime:
    """The instant of a local time, or the first one of a local day. Raises ValidationError for a skipped hour."""
    if not isinstance(given, datetime):
        return rules.start_of_day(given, zone)
    if given.tzinfo is not None:
        return given.astimezone(rules.UTC)
    found = given.replace(tzinfo=zone).astimezone(rules.UTC)
    if found.astimezone(zone).replace(tzinfo=None) != given:
        raise ValidationError({"given_at": _("There was no such time: the clocks were put forward. Check the hour.")})
    return found


def _refused(record: ConsentRecord, refusal: ValidationError) -> RowError:
    """The ledger's own words, at the column that they are about."""
    names = getattr(refusal, "error_dict", {})
    column = next((_column(name) for name in names if name in COLUMNS.by_field), "")
    fix = _("Nothing was changed. Correct the row or leave it out.")
    return RowError(record.row, column, record.origin, " ".join(refusal.messages), fix)


def _column(name: str) -> str:
    return COLUMNS.by_field[name].names[0]


def _undo(change: ImportChange, actor: User | Job, at: datetime) -> None:
    if undo_import is None:
        raise ValidationError(_("Imported consents stay in the ledger."))
    undo_import(actor, consent_id=change.object_id, origin=change.after["origin"], at=at)


CONSENTS = Consents()

"""What a pack is made from, and the limits of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from consent.sheets import Sheet
    from portal.audit.models import AuditEntry, SignedHead
    from portal.people.models import User

Values = dict[str, Any]
FORMAT = "kontaktklar-evidence-pack/1"
#: Entries of the trail in one pack: what a person at the page waits for, and what the command still takes.
MOST_AT_THE_PAGE = 2_000
MOST_BY_COMMAND = 100_000
#: Files on record that are enclosed, all together; what is beyond is named with its hash.
MOST_BYTES = 50_000_000


class Kind(StrEnum):
    """What a pack is about."""

    CUSTOMER = "customer"
    REQUEST = "request"
    PERIOD = "period"
    CALLS = "calls"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who reads, as of when, and how much fits."""

    reader: User
    at: datetime
    most: int = MOST_AT_THE_PAGE


@dataclass(frozen=True)
class Pack:
    """One pack before it is typeset: its `values` (evidence.json), the entries of the trail that belong to it, the
    consents in it, earlier heads to prove, and the files to enclose, by their names in the ZIP."""

    kind: Kind
    reference: str
    made_at: datetime
    values: Values
    entries: tuple[AuditEntry, ...]
    customer_id: int | None = None
    sheets: tuple[Sheet, ...] = ()
    heads: tuple[SignedHead, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        """Without an ending; sorts by kind, reference and time."""
        reference = "".join(letter if letter.isalnum() else "-" for letter in self.reference)
        return f"evidence-{self.kind}-{reference}-{self.made_at:%Y%m%dT%H%M%SZ}"


def demand_fitting(found: int, most: int) -> None:
    """Raise ValidationError where there is more than a pack takes: what was left out would not be proven."""
    if found <= most:
        return
    sentence = _(
        "This is too much for one pack: there are more than %(most)s entries. Choose a shorter period, or ask the "
        "administration to make it at the command line (manage.py evidence_export)."
    )
    raise ValidationError(sentence % {"most": number_format(most, force_grouping=True)})

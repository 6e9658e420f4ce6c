"""Receipts as files: one JSON document for staff, one ZIP for the customer."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from consent.models import Consent
from consent.receipts import iso27560, kantara
from consent.receipts.gathering import company, grant_of, grants_of, pseudonym
from consent.receipts.grant import Grant, stamp

if TYPE_CHECKING:
    from contacts.customers.models import Customer


def as_27560(grants: Sequence[Grant], *, at: datetime, language: str) -> dict[str, Any]:
    named = ",".join(grant.record_id for grant in grants)
    receipt_id = pseudonym("27560", f"{named}:{stamp(at)}")
    return iso27560.receipt(grants, company(), receipt_id=receipt_id, language=language, made_at=at)


def as_kantara(grant: Grant, *, at: datetime) -> dict[str, Any]:
    """Raises ValueError for a consent that was never given."""
    return kantara.receipt(grant, company(), receipt_id=pseudonym("kantara", f"{grant.record_id}:{stamp(at)}"))


def receipt_of(consent: Consent, kind: str, *, at: datetime, language: str) -> bytes:
    """The receipt of one consent in the format `27560` or `kantara`. Raises ValueError as `as_kantara` does."""
    grant = grant_of(consent, at=at, language=language)
    return dump(as_kantara(grant, at=at) if kind == "kantara" else as_27560([grant], at=at, language=language))


def receipts_of(customer: Customer, *, at: datetime, language: str) -> bytes:
    """A ZIP with one receipt over all consents (27560) and one for each that was given (Kantara). The same customer,
    instant and language give the same bytes."""
    grants = grants_of(customer, at=at, language=language)
    files = {"receipt-27560.json": dump(as_27560(grants, at=at, language=language))}
    for grant in grants:
        if grant.given_at is not None:
            way = "-".join(filter(None, (grant.purpose, grant.channel, grant.platform)))
            files[f"receipt-kantara-{way}.json"] = dump(as_kantara(grant, at=at))
    return _zipped(files)


def dump(receipt: dict[str, Any]) -> bytes:
    return (json.dumps(receipt, ensure_ascii=False, indent=2) + "\n").encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)  # dated 1980, so that the bytes do not depend on the clock
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()

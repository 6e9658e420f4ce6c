"""Handing out a pack: what leaves the house is on record, with its fingerprint, before it leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404
from django.utils.translation import get_language

from contacts.customers.selectors import lock_customer, moment
from contacts.evidence.calls import calls_pack
from contacts.evidence.gathering import customer_pack, period_pack, request_pack
from contacts.evidence.pack import MOST_AT_THE_PAGE, Asked, Kind, Pack
from contacts.evidence.packing import zip_of
from contacts.requests.models import ContactRequest
from portal.access.roles import Role, require_role
from portal.audit.proofs import bundle
from portal.audit.sealing import seal_and_sign
from portal.audit.services import Job, record

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User

READERS = (Role.DPO, Role.AUDITOR)
Gather = Callable[[Asked], Pack]


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The ZIP and its name."""

    name: str
    content: bytes


def hand_out_customer(
    acting_user: User, *, customer: Customer, at: datetime, most: int = MOST_AT_THE_PAGE, job: Job | None = None
) -> HandedOut:
    """Everything on record about one person, also after an erasure. `job`: the command that acts for the reader.

    Raises ValidationError where it is more than `most` entries, PermissionDenied for whoever reads no evidence.
    """
    return _hand_out(acting_user, customer.pk, lambda asked: customer_pack(asked, customer), at, most, job)


def hand_out_request(
    acting_user: User, *, request: ContactRequest, at: datetime, most: int = MOST_AT_THE_PAGE, job: Job | None = None
) -> HandedOut:
    """The life of one request. Raises as `hand_out_customer`, and Http404 for a request the reader may not see."""
    return _hand_out(acting_user, request.customer_id, lambda asked: _request(asked, request.pk), at, most, job)


def hand_out_period(
    acting_user: User, *, first: date, last: date, at: datetime, most: int = MOST_AT_THE_PAGE, job: Job | None = None
) -> HandedOut:
    """The entries of the trail over some days. Raises as `hand_out_customer`."""
    return _hand_out(acting_user, None, lambda asked: period_pack(asked, first, last), at, most, job)


def hand_out_calls(
    acting_user: User, *, customer: Customer, at: datetime, most: int = MOST_AT_THE_PAGE, job: Job | None = None
) -> HandedOut:
    """What section 7a UWG asks for about one consumer. Raises as `hand_out_customer`."""
    return _hand_out(acting_user, customer.pk, lambda asked: calls_pack(asked, customer), at, most, job)


def _request(asked: Asked, key: int) -> Pack:
    try:
        return request_pack(asked, key)
    except ContactRequest.DoesNotExist as stranger:
        raise Http404 from stranger


def _hand_out(
    reader: User, customer_id: int | None, gather: Gather, at: datetime, most: int, job: Job | None
) -> HandedOut:
    require_role(reader, *READERS)
    pack = _read(customer_id, gather, Asked(reader, at, most))
    # Sealing and typesetting take their time, and nobody else who works with this customer is to wait for them.
    seal_and_sign(at=pack.made_at)
    proofs = bundle([entry.pk for entry in pack.entries], sizes=[head.tree_size for head in pack.heads])
    content = zip_of(pack, proofs, language=(get_language() or "de")[:2])
    _record(reader, pack, content, job)
    return HandedOut(f"{pack.file_name}.zip", content)


@transaction.atomic
def _read(customer_id: int | None, gather: Gather, asked: Asked) -> Pack:
    """Under the customer's lock: nothing about the person changes between the first table and the last."""
    if customer_id is not None:
        locked = lock_customer(customer_id)
        asked = Asked(asked.reader, moment(locked, asked.at), asked.most)
    return gather(asked)


@transaction.atomic
def _record(reader: User, pack: Pack, content: bytes, job: Job | None) -> None:
    """Before the pack is handed out: one that is not on record does not leave the house."""
    after = {"kind": pack.kind.value, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    after["rows"] = len(pack.entries)
    if job is not None:
        after["person"] = reader.pk
    record(
        job or reader,
        "evidence.handed_out",
        "evidence" if pack.kind is not Kind.PERIOD else "evidence_period",
        pack.reference,
        at=pack.made_at,
        customer_id=pack.customer_id,
        after=after,
    )

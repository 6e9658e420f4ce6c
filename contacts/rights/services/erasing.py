"""An erasure is proposed by one and carried out by another (docs/decisions/0036)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers.services import erase_customer
from contacts.rights import notices, paper
from contacts.rights.models import GONE, DataRequest, Letter, NameRelease
from contacts.rights.rules import Verb
from contacts.rights.services.common import demand, demand_words, lock_request, note
from contacts.rights.services.documents import keep
from contacts.rights.services.register import close

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.audit.services import Job
    from portal.people.models import User


@transaction.atomic
def propose(acting_user: User, *, request: DataRequest, reason: str, at: datetime) -> DataRequest:
    """After a look at what would go and what would stay: the officers hear that one of them has to decide."""
    locked, at = lock_request(request, at)
    row = demand(Verb.PROPOSE, acting_user, locked)
    locked.proposal_reason = demand_words("reason", reason, _("Say why the data can go."))
    before, locked.state = locked.state, row.target
    locked.proposed_at, locked.proposed_by = at, acting_user
    locked.save(update_fields=["state", "proposed_at", "proposed_by", "proposal_reason"])
    note(acting_user, "proposed", locked, at=at, before=before)
    notices.proposed(locked, at=at)
    return locked


@transaction.atomic
def send_back(acting_user: User, *, request: DataRequest, reason: str, at: datetime) -> DataRequest:
    """Not like this: the request is worked on again. The reason stands beside the one it was proposed with."""
    locked, at = lock_request(request, at)
    row = demand(Verb.SEND_BACK, acting_user, locked)
    said = demand_words("reason", reason, _("Say what is missing: somebody goes on from there."))
    before, locked.state = locked.state, row.target
    locked.proposal_reason = f"{locked.proposal_reason}\n{said}".strip()
    locked.save(update_fields=["state", "proposal_reason"])
    note(acting_user, "sent_back", locked, at=at, before=before)
    return locked


@transaction.atomic
def carry_out(acting_user: User, *, request: DataRequest, at: datetime) -> bytes:
    """Erase the person and close the request; returns the letter that says so, made while the name still stands there.

    Raises PermissionDenied for who proposed it, by whatever account, and ValidationError with what stands in the way
    (`hindrances`).
    """
    locked, at = lock_request(request, at)
    row = demand(Verb.CARRY_OUT, acting_user, locked)
    assert locked.customer is not None
    letter = paper.letter(locked, Letter.Kind.ERASED, at=at)
    close(locked, acting_user, row, _("Erased"), at, word="carried_out")
    keep(acting_user, locked, Letter.Kind.ERASED, letter, at=at)
    erase_customer(acting_user, customer=locked.customer, at=at)
    return letter


#: Where people write in their own words here.
WORDS = ("person", "words", "identity_note", "extension_reason", "proposal_reason", "outcome")


def erase_requests_of(acting_user: User | Job, customer: Customer, at: datetime) -> None:
    """Called under the customer's lock, in the transaction of the erasure. What was asked for, when, who did what, and
    the fingerprints of the letters stay (Art. 5(2), 17(3)(e) GDPR)."""
    mine = DataRequest.objects.filter(customer=customer)
    for name in WORDS:
        mine.exclude(**{name: ""}).update(**{name: GONE})
    for name in ("reason", "decision_reason"):
        NameRelease.objects.filter(request__customer=customer).exclude(**{name: ""}).update(**{name: GONE})

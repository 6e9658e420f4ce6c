"""Whether an e-mail address is under a block of all contact, and whose wish that is."""

from __future__ import annotations

from enum import StrEnum

from consent.models import OptIn
from contacts.customers.models import Objection, SuppressionEntry
from contacts.customers.suppression.digests import normalise_address
from contacts.customers.suppression.entries import Address
from contacts.customers.suppression.standing import words_of


class Block(StrEnum):
    """A wish is somebody's own “no contact at all”. An erasure alone is the company's promise not to come back by
    itself: it says nothing of somebody who comes back of their own accord."""

    NONE = ""
    ERASURE = "erased"
    WISH = "wish"


def block_of(address: str) -> Block:
    """The strictest block of an e-mail address, under whatever key it is kept. Raises KeysMissing."""
    chain = set(Address("email", "", address).chain())
    words_of(chain)  # refuses to answer with keys that find nothing
    kept = SuppressionEntry.objects.filter(digest__in=chain, scope=Objection.Scope.FULL)
    reasons = set(kept.values_list("reason", flat=True))
    if reasons - {"erased"} or (reasons and _is_refused_by_a_customer(address)):
        return Block.WISH
    return Block.ERASURE if reasons else Block.NONE


def _is_refused_by_a_customer(address: str) -> bool:
    """The list keeps an address once: who came back after an erasure and then wanted no contact, told that as a
    customer."""
    said = Objection.objects.filter(scope=Objection.Scope.FULL, channel__in=["", "email"])
    return said.filter(
        customer__anonymised_at__isnull=True,
        customer__contact_points__channel="email",
        customer__contact_points__normalised=normalise_address("email", "", address),
    ).exists()


def may_be_asked(opt_in: OptIn) -> bool:
    """Whether the confirmation mail of a sign-up may go out.

    Not against a wish. After an erasure, where somebody outside started the sign-up: one mail, and no other while that
    sign-up waits; who entered the address is not known, and it must not become a way to write to who is gone.
    """
    block = block_of(opt_in.address)
    if block is not Block.ERASURE:
        return block is Block.NONE
    earlier = OptIn.objects.waiting().filter(normalised=opt_in.normalised, pk__lt=opt_in.pk)
    return opt_in.via != OptIn.Via.OFFICER and not earlier.exists()

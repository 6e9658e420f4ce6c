"""Putting addresses on the suppression list and looking one up. Nothing takes an address off it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q

from contacts.customers.elsewhere import last_agreed
from contacts.customers.models import ContactPoint, Customer, Objection
from contacts.customers.suppression.digests import all_digests, chains_of, family_of, normalise_address, ring, text_of
from contacts.customers.suppression.models import (
    KEEPERS,
    READERS,
    Refusal,
    SuppressionEntry,
    SuppressionListEntry,
)
from contacts.customers.suppression.standing import keep_keys, words_of
from contacts.customers.suppression.words import effect_word, reason_word, scope_word
from portal.access.roles import require_role
from portal.audit.services import Job, record
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Address:
    """An address as a person gives it; `name` is the one on the letter box and counts for letters alone."""

    channel: str
    platform: str
    value: str
    name: str = ""

    def chain(self) -> tuple[str, ...]:
        """Its digests in every generation, oldest first."""
        normalised = normalise_address(self.channel, self.platform, self.value)
        family = family_of(self.channel, self.platform, normalised)
        return ring().history(family, text_of(self.name, self.channel, normalised))


@dataclass(frozen=True, slots=True)
class Finding:
    """Why an address is refused: by an entry of our own or by a list, since when."""

    scope: str
    reason: str
    since: datetime
    by_list: bool


def suppress_points(
    points: Iterable[ContactPoint], *, scope: str, reason: str, at: datetime, anew: bool = False
) -> int:
    """Refuse these addresses from this commit on; returns how many entries are new. Call inside a transaction.

    The points need their `customer`. An address that is kept already, in whatever generation, is not kept twice; but
    `anew`, somebody refuses now, and then an agreement that came since the last refusal is overtaken. Others who have
    one of the addresses are told about, as after an objection.
    """
    chains: dict[str, frozenset[str]] = {}
    owners = set[int]()
    for point in points:
        chains |= chains_of(point, point.customer)
        owners.add(point.customer_id)
    new = _suppress(chains, scope=scope, reason=reason, at=at, anew=anew)
    if new:
        others = _users_of(chains).exclude(customer__in=owners).order_by("customer")
        tell(others.values_list("customer", flat=True).distinct(), "suppression", at=at)
    return new


def _users_of(chains: Mapping[str, frozenset[str]]) -> QuerySet[ContactPoint]:
    """These addresses as they are in use, with whomever."""
    digests = [digest for chain in chains.values() for digest in chain]
    return ContactPoint.objects.filter(digest__in=digests, retired_at__isnull=True)


def carry_over(customer: Customer, points: Iterable[ContactPoint], *, at: datetime) -> int:
    """Before addresses are erased: keep every refusal that binds them, under today's name and key too.

    Objections bind addresses that were recorded after them; entries may be kept under an earlier name. What only an
    external list says is not copied: it stands on that list. Returns how many entries are new.
    """
    points = list(points)
    said = list(Objection.objects.filter(customer=customer).values_list("scope", "channel").order_by())
    digests = {point.pk: all_digests(point, customer) for point in points}
    everything = set().union(*digests.values())
    kept = set(SuppressionEntry.objects.filter(digest__in=everything).values_list("scope", "digest").order_by())
    new = 0
    for scope in Refusal.values:
        bound = [
            point
            for point in points
            if any((scope, digest) in kept for digest in digests[point.pk])
            or any(of == scope and channel in ("", point.channel) for of, channel in said)
        ]
        new += suppress_points(bound, scope=scope, reason="erasure", at=at)
    return new


def _suppress(
    chains: Mapping[str, frozenset[str]], *, scope: str, reason: str, at: datetime, anew: bool = False
) -> int:
    if not chains:
        return 0
    keep_keys(at=at)
    everything = {digest for chain in chains.values() for digest in chain}
    there = SuppressionEntry.objects.filter(digest__in=everything, scope=scope).order_by()
    known: dict[str, datetime] = dict(there.values_list("digest").annotate(latest=Max("created_at")))
    same = {"generation": ring().newest, "scope": scope, "reason": reason}
    new = [
        SuppressionEntry(digest=newest, created_at=at, **same)
        for newest, chain in sorted(chains.items())
        if not chain & known.keys()
    ]
    overtaken = _agreed_since(chains, known) if anew and known else {}
    numbers = _numbers(len(overtaken)) if overtaken else []
    new += [
        SuppressionEntry(pk=number, twin=number, digest=newest, created_at=max(at, agreed), **same)
        for number, (newest, agreed) in zip(numbers, sorted(overtaken.items()), strict=True)
    ]
    SuppressionEntry.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _agreed_since(chains: Mapping[str, frozenset[str]], known: Mapping[str, datetime]) -> dict[str, datetime]:
    """The addresses whose last refusal is older than something that a customer with the address has agreed to, and
    when that was: it may have lifted the refusal."""
    owners: dict[str, list[int]] = {}
    for digest, customer in _users_of(chains).values_list("digest", "customer"):
        owners.setdefault(digest, []).append(customer)
    agreed = last_agreed({customer for several in owners.values() for customer in several}) if owners else {}
    found = {}
    for newest, chain in chains.items():
        said = [known[digest] for digest in chain if digest in known]
        acts = [agreed[customer] for digest in chain for customer in owners.get(digest, ()) if customer in agreed]
        if said and acts and max(acts) > max(said):
            found[newest] = max(acts)
    return found


def _numbers(count: int) -> list[int]:
    """Keys for rows that carry their own (`SuppressionEntry.twin`)."""
    with connection.cursor() as cursor:
        sequence = "pg_get_serial_sequence('customers_suppressionentry', 'id')"
        cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


@transaction.atomic
def add_by_hand(acting_user: User, *, address: Address, scope: str, reason: str, at: datetime) -> bool:
    """Refuse one address that needs no customer; False if it is refused that way already.

    `reason` is one of words.BY_HAND. Customers who have the address are locked first, so that no permit for it can be
    used after this commit, and told about as after an objection. Said again after one of them has agreed to something,
    it is a new refusal.
    """
    require_role(acting_user, *KEEPERS)
    return _refuse(acting_user, address, scope, reason, at)


@transaction.atomic
def refuse_address(actor: Job, *, address: Address, scope: str, at: datetime) -> bool:
    """Another system passes on what somebody wants whom nobody knows as a customer: the address is refused by itself.
    False if it is refused that way already."""
    return _refuse(actor, address, scope, "asked", at)


def _refuse(actor: User | Job, address: Address, scope: str, reason: str, at: datetime) -> bool:
    chain = address.chain()
    customers = lock_customers_at(chain)
    at = max([at, *last_agreed(customers).values()])  # what is on record came first, by whatever clock
    added = bool(_suppress({chain[-1]: frozenset(chain)}, scope=scope, reason=reason, at=at, anew=True))
    if added:
        after = {"channel": address.channel, "platform": address.platform, "scope": scope, "reason": reason}
        record(actor, "suppression.added", "suppression", _number(chain, scope), at=at, after=after)
        tell(customers, "suppression", at=at)
    return added


def _number(chain: Collection[str], scope: str) -> int:
    return SuppressionEntry.objects.filter(digest__in=chain, scope=scope).latest("pk").pk


def lock_customers_at(digests: Iterable[str]) -> list[int]:
    """Lock the customers who have one of these addresses, in the one order that all verbs use; returns their ids."""
    having = Q(contact_points__digest__in=list(digests), contact_points__retired_at__isnull=True)
    ids = Customer.objects.filter(having).values("pk")
    found = Customer.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    return list(found.values_list("pk", flat=True))


def tell(customer_ids: Iterable[int], because: str, *, at: datetime) -> None:
    """Answers about these customers may have changed: the roof ends permits and tells their holders."""
    outbox.events("customer.grounds_changed", [{"customer_id": pk, "because": because} for pk in customer_ids], at=at)


@transaction.atomic
def look_up(acting_user: User, *, address: Address, at: datetime) -> list[Finding]:
    """Whether an address is refused, since when and why, the strictest first. Nothing about it is stored but that
    somebody looked, at which kind of address, and whether it was there."""
    require_role(acting_user, *READERS)
    chain = address.chain()
    words_of(set(chain))  # refuses to answer with keys that find nothing
    entries = SuppressionEntry.objects.filter(digest__in=chain).order_by("created_at")
    listed = SuppressionListEntry.objects.filter(digest__in=chain).select_related("list").order_by("added_at")
    found = [Finding(scope_word(e.scope), reason_word(e.reason), e.created_at, False) for e in entries]
    found += [Finding(effect_word(e.list.effect), e.list.name, e.added_at, True) for e in listed]
    after = {"channel": address.channel, "platform": address.platform, "found": len(found)}
    record(acting_user, "suppression.looked_up", "suppression", "-", at=at, after=after)
    return found


def counts() -> list[dict[str, object]]:
    """How many addresses are refused, by scope and reason, in words; and since when."""
    rows = SuppressionEntry.objects.filter(twin=0).values("scope", "reason").order_by("scope", "reason")
    return [
        {
            "scope": scope_word(row["scope"]),
            "reason": reason_word(row["reason"]),
            "count": row["count"],
            "since": row["since"],
        }
        for row in rows.annotate(count=Count("pk"), since=Min("created_at"))
    ]

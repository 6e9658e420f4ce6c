"""What the suppression says about addresses. Refuses to answer with keys that cannot find what is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from contacts.customers.suppression.digests import all_digests, ring
from contacts.customers.suppression.models import SuppressionEntry, SuppressionKey, SuppressionListEntry
from portal.together import any_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from contacts.customers.models import ContactPoint, Customer

_KEY = "key:"
#: A word and the instant from which it binds.
Refused = tuple[str, datetime]


class KeysMissing(ImproperlyConfigured):
    """The keys of the settings are not those that the refusals are kept under: an answer would be a guess."""


def standing_of(points: Iterable[ContactPoint], customer: Customer) -> dict[int, frozenset[Refused]]:
    """For each address of one customer what binds it, `marketing_objection`, `full_block` or `robinson`, and since
    when. One query.

    Every generation of every digest is looked for, so the answer is the same before, during and after a rotation.
    Raises KeysMissing.
    """
    digests = digests_of(points, customer)
    return standing_from(words_of({digest for several in digests.values() for digest in several}), digests)


def digests_of(points: Iterable[ContactPoint], customer: Customer) -> dict[int, Collection[str]]:
    """Under what each address of one customer would be kept."""
    return {point.pk: all_digests(point, customer) for point in points}


def standing_from(
    found: Mapping[str, set[Refused]], digests: Mapping[int, Collection[str]]
) -> dict[int, frozenset[Refused]]:
    """`standing_of` from the words that were found under the digests."""
    return {
        pk: frozenset(word for digest in several for word in found.get(digest, ())) for pk, several in digests.items()
    }


def words_of(digests: set[str]) -> dict[str, set[Refused]]:
    """The words kept under each digest, each with its instant: entries, lists, and in the same query the keys that are
    needed to look."""
    return words_from(kept_under(digests)) if digests else {}


def kept_under(digests: Collection[str]) -> QuerySet[Any, Any]:
    """What `words_from` needs, for whoever reads it together with other things."""
    entries = SuppressionEntry.objects.filter(any_of("digest", digests)).values_list("digest", "scope", "created_at")
    listed = SuppressionListEntry.objects.filter(any_of("digest", digests)).values_list(
        "digest", "list__effect", "added_at"
    )
    number = Concat(Value(_KEY), Cast("generation", CharField()))
    keys = SuppressionKey.objects.annotate(word=number).values_list("fingerprint", "word", "created_at")
    return entries.order_by().union(listed.order_by(), keys.order_by(), all=True)


def words_from(rows: Iterable[Any], until: datetime | None = None) -> dict[str, set[Refused]]:
    """`words_of` from the rows of `kept_under`; with `until` only what bound by that instant. Raises KeysMissing."""
    found: dict[str, set[Refused]] = {}
    for digest, word, since in rows:
        if word.startswith(_KEY):
            demand_key(int(word.removeprefix(_KEY)), digest)
        elif until is None or since <= until:
            found.setdefault(digest, set()).add((word, since))
    return found


def keep_keys(*, at: datetime) -> None:
    """Remember the keys in use, before something is written under them. Raises KeysMissing for wrong ones."""
    seen = demand_keys()
    keys = ring()
    missing = [
        SuppressionKey(generation=number, fingerprint=keys.fingerprint(number), created_at=at)
        for number in range(1, keys.newest + 1)
        if number not in seen
    ]
    SuppressionKey.objects.bulk_create(missing, ignore_conflicts=True)


def demand_keys() -> dict[int, str]:
    """The generations that the database has seen, with the fingerprints of their keys. Raises KeysMissing."""
    seen = dict(SuppressionKey.objects.values_list("generation", "fingerprint"))
    for generation, fingerprint in seen.items():
        demand_key(generation, fingerprint)
    return seen


def demand_key(generation: int, fingerprint: str) -> None:
    """Raise KeysMissing unless the settings hold the key of a generation that the database has seen."""
    if trouble := key_trouble(generation, fingerprint):
        raise KeysMissing(trouble)


def key_trouble(generation: int, fingerprint: str) -> str:
    """What is wrong with the key of one generation, as a sentence; empty if nothing is."""
    keys = ring()
    if generation > keys.newest:
        return (
            f"Refusals are kept under {generation} generations of keys, and the settings name only {keys.newest}: "
            "earlier refusals would not be found."
        )
    if keys.fingerprint(generation) != fingerprint:
        return (
            f"Key {generation} of {keys.newest} (oldest first) is not the one that refusals were kept under: "
            "they would not be found."
        )
    return ""

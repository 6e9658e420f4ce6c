"""The digests of addresses under the keys of this house. Knows the settings and no model."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import phonenumbers
from django.conf import settings

from contacts.customers.rules import address_family
from contacts.customers.suppression import spelling
from contacts.customers.suppression.keyring import KeyRing
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint, Customer

MIN_PHONE = 10_000
_NUMBER = re.compile(r"\+?[0-9]+(?:;ext=[0-9]+)?")
_NATIONAL_ZERO = re.compile(r"\(\s*0\s*\)")


def ring() -> KeyRing:
    """The keys of the settings: SUPPRESSION_OLD_KEYS, oldest first, and SUPPRESSION_KEY as the newest."""
    return _ring((*settings.SUPPRESSION_OLD_KEYS, settings.SUPPRESSION_KEY))


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> KeyRing:
    return KeyRing(tuple(key.encode() for key in keys))


def newest_generation() -> int:
    """The generation of everything that is written now; default of the columns beside the digests."""
    return ring().newest


def normalise_address(channel: str, platform: str, value: str) -> str:
    """One spelling of an address: E.164 for numbers (ITU-T E.164), Punycode for mail domains, bare handles."""
    if address_family(channel, platform) == "number":
        # A messenger reached by name and not by number: t.me/erika.
        named = platform and not is_phone(value)
        return spelling.normalise_handle(value, platform) if named else normalise_phone(value)
    if channel == Channel.EMAIL:
        return spelling.normalise_email(value)
    if channel == Channel.LETTER:
        return spelling.normalise_text(value)
    return spelling.normalise_handle(value, platform)


def is_phone(value: str) -> bool:
    """Whether this can be a telephone number with its area code: three digits alone reach nobody's customer."""
    parsed = _parsed(value)
    if parsed is None:
        return False
    return phonenumbers.is_possible_number(parsed) and (parsed.national_number or 0) >= MIN_PHONE


def normalise_phone(value: str) -> str:
    """E.164 where the number can be read, else its digits: an unreadable number is still one number.

    `0221 123456`, `+49 (0) 221 / 123456`, `0049221123456`, `tel:+49-221-123456` and `wa.me/49221123456` are one. An
    extension that is written as one stays behind the number (RFC 3966), because it rings somewhere else.
    """
    parsed = _parsed(value)
    if parsed is None:
        return re.sub(r"[^0-9+]", "", value) or spelling.normalise_text(value)
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return f"{number};ext={parsed.extension}" if parsed.extension else number


def _parsed(value: str) -> phonenumbers.PhoneNumber | None:
    number = (
        _NATIONAL_ZERO.sub("", spelling.number_in(value)) if _is_international(value) else spelling.number_in(value)
    )
    try:
        return phonenumbers.parse(number, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        return None


def _is_international(value: str) -> bool:
    """Only behind a country code the zero in brackets is one too many."""
    return spelling.number_in(value).lstrip(" (").startswith(("+", "00"))


def family_of(channel: str, platform: str, normalised: str) -> str:
    """The kind of address that a digest belongs to: a number is one for all that dial, a name one for its platform."""
    family = address_family(channel, platform or None)
    return platform if family == "number" and platform and not _NUMBER.fullmatch(normalised) else family


def text_of(name: str, channel: str, normalised: str) -> str:
    """What is hashed. A postal address counts together with the name on the letter box: a refusal binds the person,
    not the house."""
    return f"{spelling.normalise_text(name)}, {normalised}" if channel == Channel.LETTER else normalised


def digest_of(customer: Customer, channel: str, platform: str, normalised: str) -> str:
    """The keyed hash under which this address would be suppressed, in the newest generation."""
    text = text_of(customer.display_name, channel, normalised)
    return ring().digest(family_of(channel, platform, normalised), text)


def chains_of(point: ContactPoint, customer: Customer) -> dict[str, frozenset[str]]:
    """For each digest under which a refusal of this address is written today: all generations to look under.

    A letter has one for each name the person goes by, and one for the name under which the address was recorded.
    """
    keys, family = ring(), family_of(point.channel, point.platform, point.normalised)
    chains = [keys.forward(point.digest, point.generation)]
    chains += [keys.history(family, text_of(name, point.channel, point.normalised)) for name in _names(customer)]
    return {chain[-1]: frozenset(chain) for chain in chains}


def all_digests(point: ContactPoint, customer: Customer) -> frozenset[str]:
    """Every digest, of every generation, under which a refusal of this address may be kept."""
    return frozenset().union(*chains_of(point, customer).values())


def _names(customer: Customer) -> tuple[str, ...]:
    """The name as it stands in the list, and the person alone where a company is with it."""
    person = f"{customer.first_name} {customer.last_name}".strip()
    return (customer.display_name, person) if person and customer.company else (customer.display_name,)

"""Pure questions about customers and their addresses. Standard library only; time comes in as an argument."""

import hashlib
import hmac
import unicodedata
from datetime import date
from functools import cache
from urllib.parse import parse_qs
from zoneinfo import available_timezones

ADULT_AGE = 18


def age_on(birth_date: date, day: date) -> int:
    """Completed years of life on a day (BGB § 187 (2): the day of birth counts as the first day)."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def minor_on(birth_date: date | None, day: date, child_age: int) -> str:
    """`no`, `under_16` or `age_16_17`: the values of the fact `minor`. `child_age` is the rule set's threshold.

    Without a birth date: `no` (docs/decisions/0006).
    """
    if birth_date is None:
        return "no"
    age = age_on(birth_date, day)
    if age < child_age:
        return "under_16"
    return "age_16_17" if age < ADULT_AGE else "no"


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def is_time_zone(name: str) -> bool:
    """Whether this is the name of a zone of the IANA time zone database, written as there."""
    return name in _time_zones()


def normalise_text(value: str) -> str:
    """One spelling for comparison: NFKC, outer blanks gone, inner blanks single, case folded."""
    return " ".join(unicodedata.normalize("NFKC", value).split()).casefold()


def normalise_email(value: str) -> str:
    """Lower case, domain in IDNA; what is not an address stays as normalised text."""
    cleaned = normalise_text(value).replace(" ", "")
    local, at_sign, domain = cleaned.rpartition("@")
    if not at_sign:
        return cleaned
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return cleaned


def normalise_handle(value: str) -> str:
    """A profile name without the leading @ and without the platform's address in front of it.

    A Facebook profile that has no name is known by its number.
    """
    address = normalise_text(value).replace(" ", "").split("#")[0]
    path, _mark, query = address.partition("?")
    name = path.rstrip("/").rsplit("/", 1)[-1].lstrip("@")
    return parse_qs(query).get("id", [name])[0] if name == "profile.php" else name


def address_digest(key: bytes, family: str, normalised: str) -> str:
    """HMAC-SHA-256 of an address (RFC 2104), as 64 hex digits. `family` keeps kinds of address apart."""
    return hmac.new(key, f"{family}:{normalised}".encode(), hashlib.sha256).hexdigest()


def address_family(channel: str, platform: str | None) -> str:
    """Channels that share one address share one family: a number suppressed for calls is suppressed for SMS."""
    if channel in ("phone", "sms") or platform in ("whatsapp", "signal", "telegram"):
        return "number"
    return platform or channel

"""Whether a list that is kept for a while names a customer: by number or by an address, in whatever spelling."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contacts.customers.models import Customer

ZIP = b"PK\x03\x04"
#: Fewer digits would be found in any list.
FEWEST_DIGITS = 6
#: How people part the digits of a number.
BETWEEN = r"[\s()/.\-]{0,3}"
ENCODINGS = ("utf-8", "cp1252", "utf-16")


def pattern_of(customer: Customer) -> re.Pattern[str]:
    """What stands in a list that names this customer: the number, or an address of theirs."""
    found = {_alone(customer.number)}
    for value, normalised, channel in customer.contact_points.values_list("value", "normalised", "channel"):
        found |= {_alone(one) for one in (value, normalised) if one}
        digits = re.sub(r"\D", "", normalised)
        if channel in ("phone", "sms", "messenger") and len(digits) >= FEWEST_DIGITS:
            found.add(BETWEEN.join(digits[-max(FEWEST_DIGITS, len(digits) - 3) :]))
    return re.compile("|".join(sorted(found)), re.IGNORECASE)


def _alone(words: str) -> str:
    return rf"(?<![\w]){re.escape(words)}(?![\w])"


def is_named(pattern: re.Pattern[str], content: bytes) -> bool:
    """`content` is a list as it was uploaded: text in one of the encodings that are read, or a workbook."""
    return any(pattern.search(text) for text in _texts(content))


def _texts(content: bytes) -> Iterable[str]:
    if content[:4] == ZIP:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for name in book.namelist():
                if name.startswith("xl/"):
                    yield book.read(name).decode("utf-8", "replace")
        return
    for encoding in ENCODINGS:
        yield content.decode(encoding, "replace")

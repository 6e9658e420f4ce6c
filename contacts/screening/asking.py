"""What is asked about a list, and what is known of whoever asks. No database here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from contacts import policy


class Kind(StrEnum):
    """What a row names its customer by."""

    ID = "id"
    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"


class Reference(NamedTuple):
    """One row of a list: the line on which it stands and what it says. A tuple, because there are millions."""

    line: int
    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The same question for every row. What is not said has the value of a request on which nothing was ticked."""

    purpose: str
    channel: str
    platform: str = ""
    contains_promotion: bool = False
    special_category: bool = False
    automated_call: bool = False
    sender_clear: bool = True
    caller_id_shown: bool = True
    opt_out_included: bool = False
    own_similar_products: bool = False
    presumed_consent: bool = False
    urgency: str = "normal"
    department: str = ""

    @property
    def effective_purpose(self) -> str:
        """The purpose that the consent must cover (rule PUR-01)."""
        return str(policy.effective_purpose(policy.Purpose(self.purpose), self.contains_promotion))


@dataclass(frozen=True, slots=True)
class Sender:
    """From where the company would write on one day, and whether who asks may: the same for every row."""

    account: str
    is_present: bool
    platform_status: str
    address_book_isolated: bool
    training: str


#: The sender on a local day of the customer. The roof knows it; this room knows neither requests nor training.
SenderOn = Callable[[date], Sender]


class Refused(StrEnum):
    """Why a row has no answer."""

    UNKNOWN = "unknown"
    ERASED = "erased"
    AMBIGUOUS = "ambiguous"
    NO_ADDRESS = "no_address"
    SEVERAL_ADDRESSES = "several_addresses"

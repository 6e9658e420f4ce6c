"""The adjustable numbers of a rule set. They belong to it: other thresholds make another rule set."""

from dataclasses import dataclass
from datetime import time

from contacts.policy.facts import Platform

Hours = tuple[time, time]


@dataclass(frozen=True, slots=True)
class ContactHours:
    """When calls are fine, in the customer's local time; Sundays and public holidays never (CCV/DDV code)."""

    monday_to_friday: Hours = (time(8), time(20))
    saturday: Hours = (time(9), time(18))

    def by_weekday(self) -> dict[int, Hours]:
        """Opening and closing time by weekday, 0 = Monday; a missing weekday is quiet all day."""
        return {**dict.fromkeys(range(5), self.monday_to_friday), 5: self.saturday}

    def within(self, other: "ContactHours") -> bool:
        """Whether no instant is open here that is quiet there."""
        wider = other.by_weekday()
        return all(
            day in wider and wider[day][0] <= opening and closing <= wider[day][1]
            for day, (opening, closing) in self.by_weekday().items()
        )


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Months, days, hours and years as their names say. `frequency_cap_30d` None = no cap."""

    stale_after_months_unused: int = 24
    expired_after_months_unused: int = 48
    existing_customer_window_months: int = 24
    doi_ttl_days: int = 14
    inbound_window_days: int = 14
    contact_hours: ContactHours = ContactHours()
    address_book_upload_platforms: frozenset[Platform] = frozenset({Platform.WHATSAPP, Platform.TELEGRAM})
    child_age: int = 16
    training_validity_months: int = 12
    approval_valid_days: int = 14
    consent_retention_phone_years: int = 5
    consent_retention_other_years: int = 3
    art14_deadline_days: int = 30
    breach_deadline_hours: int = 72
    stale_consent_outcome: str = "needs_dpo_approval"
    frequency_cap_30d: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for numbers that cannot be meant."""
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, int) and value < 1:
                raise ValueError(f"{name} must be at least 1, not {value}.")
        if self.expired_after_months_unused < self.stale_after_months_unused:
            raise ValueError("A consent cannot end by silence before it becomes stale.")
        if self.stale_consent_outcome not in ("needs_dpo_approval", "forbidden"):
            raise ValueError("stale_consent_outcome must be needs_dpo_approval or forbidden.")

"""From where the company may write: its open accounts of one day, and what it thinks of the platforms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from contacts.requests.models import CompanyAccount, PlatformRegistration
from portal.vocabulary import PLATFORM_CHANNELS

if TYPE_CHECKING:
    from portal.people.models import User


@dataclass(frozen=True, slots=True)
class Presence:
    """One reading of accounts and platforms; the facts about the sender follow from it."""

    accounts: tuple[CompanyAccount, ...]
    platforms: dict[str, str]

    def default_account(self, channel: str, platform: str) -> CompanyAccount | None:
        """The open company account for a way: a verified one before a shared device, and of these one whose address
        book is isolated first. There is no account from which more would be allowed. A personal profile is never taken
        unasked: its holder names it."""
        official = [one for one in self.accounts if not one.is_profile]
        fitting = [one for one in official if (one.channel, one.platform) == (channel, platform)]
        return min(fitting, key=_last_resort, default=None)

    def sending_account(self, channel: str, platform: str, account: CompanyAccount | None, *, private: bool) -> str:
        """A closed account is no official account. Letters, mails and calls leave in the company's name without one
        (the letterhead counts as verified); where there is no presence on a platform, ACC-02 says so."""
        if account is not None:
            is_open = any(account.pk == mine.pk for mine in self.accounts)
            return account.kind if is_open else "private_account"
        if private or self._must_choose(channel, platform):
            return "private_account"
        return "company_account_verified"

    def _must_choose(self, channel: str, platform: str) -> bool:
        """Where the company is present on a platform, one of its accounts there must be named."""
        return channel in PLATFORM_CHANNELS and self.present(channel, platform)

    def present(self, channel: str, platform: str) -> bool:
        """Whether the company itself is there: the profile of an employee is no presence of the company."""
        if channel not in PLATFORM_CHANNELS:
            return True
        return any(account.platform == platform and not account.is_profile for account in self.accounts)

    def status(self, platform: str) -> str:
        return self.platforms.get(platform, "not_approved") if platform else "approved"


def presence_on(day: date, user: User) -> Presence:
    """What holds on a day for what this person would write, in two queries."""
    return Presence(
        accounts=tuple(CompanyAccount.objects.open_on(day).usable_by(user.pk or 0)),
        platforms=dict(PlatformRegistration.objects.values_list("platform", "status")),
    )


def _last_resort(account: CompanyAccount) -> tuple[bool, bool, int]:
    return account.kind != CompanyAccount.Kind.VERIFIED, not account.address_book_isolated, account.pk

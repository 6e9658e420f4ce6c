"""What other systems send and are told about the company's accounts; the names are those of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ninja import Schema
from pydantic import Field

from portal.machines.names import ChannelName, Day, PlatformName
from portal.machines.paging import PageOut, Paging
from portal.machines.rest import Texts

if TYPE_CHECKING:
    from datetime import date

    from contacts.requests.models import CompanyAccount

AccountKindName = Literal["company_account_verified", "company_shared_device"]
StandingName = Literal["open", "waiting", "not_yet_valid", "no_longer_valid", "holder_gone", "closed"]


class AccountChange(Texts):
    """The fields to change; what is not named stays as it is."""

    name: str = Field("", max_length=100)
    channel: ChannelName = "email"
    platform: PlatformName | None = Field(None, description="For messengers and networks, and only there.")
    kind: AccountKindName = "company_account_verified"
    department: str | None = Field(None, max_length=100, description="The name of the department that owns it.")
    responsible: str | None = Field(None, max_length=254, description="The e-mail address of the responsible person.")
    processor_contract: str = Field(
        "", max_length=200, description="Where the contract under Art. 28 GDPR lies, and its date."
    )
    address_book_isolated: bool = Field(False, description="True: the app cannot read the address book of the device.")
    valid_from: Day | None = None
    valid_until: Day | None = Field(None, description="The last day.")


class AccountNew(AccountChange):
    """An account of the company. Nobody writes from it before the data protection officer has approved it."""

    name: str = Field(min_length=1, max_length=100)
    channel: ChannelName
    valid_from: Day


class AccountFilters(Paging):
    """Which accounts: several filters narrow the list together."""

    channel: ChannelName | None = None
    platform: PlatformName | None = None
    open: bool | None = Field(None, description="True: only those from which staff may write today.")


class AccountOut(Schema):
    """From where the company writes. `holder` is set for a personal profile that is registered for work: only that
    person writes from it."""

    id: int
    name: str
    channel: ChannelName
    platform: PlatformName | None
    kind: AccountKindName
    department: str | None
    responsible: str | None
    holder: str | None
    processor_contract: str
    address_book_isolated: bool
    valid_from: Day
    valid_until: Day | None
    approved_at: str | None
    closed_at: str | None
    standing: StandingName


class AccountsOut(PageOut):
    items: list[AccountOut]


def account_told(account: CompanyAccount, today: date) -> dict[str, Any]:
    """The fields of `AccountOut`."""
    return {
        "id": account.pk,
        "name": account.name,
        "channel": account.channel,
        "platform": account.platform or None,
        "kind": account.kind,
        "department": account.owner.name if account.owner else None,
        "responsible": account.responsible.email if account.responsible else None,
        "holder": account.holder.email if account.holder else None,
        "processor_contract": account.processor_contract,
        "address_book_isolated": account.address_book_isolated,
        "valid_from": account.valid_from.isoformat(),
        "valid_until": account.valid_until.isoformat() if account.valid_until else None,
        "approved_at": account.approved_at.isoformat() if account.approved_at else None,
        "closed_at": account.closed_at.isoformat() if account.closed_at else None,
        "standing": account.standing_on(today),
    }

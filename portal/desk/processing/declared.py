"""What the portal itself declares, read once for all activities: rules, periods, platforms, accounts, other systems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from contacts import policy
from contacts.requests.models import CompanyAccount, PlatformRegistration
from contacts.rulebook.selectors import rule_set_in_force
from portal.desk.processing.rules import PORTAL
from portal.machines.models import ApiToken
from portal.retention.lengths import lengths
from portal.vocabulary import MESSENGERS, PLATFORM_CHANNELS, Channel, Platform
from portal.webhooks.models import Endpoint

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Used:
    """Over which platforms the company writes: what the register says of each, and the accounts that are open."""

    platforms: Mapping[str, PlatformRegistration]
    accounts: tuple[CompanyAccount, ...]

    def activities(self) -> tuple[str, ...]:
        """The keys of what the portal describes: itself, each channel of its own, each platform that is in use."""
        channels = [channel.value for channel in Channel if channel not in PLATFORM_CHANNELS]
        return (PORTAL, *channels, *(one.value for one in Platform if self._uses(one.value)))

    def _uses(self, platform: str) -> bool:
        """A platform that was refused is in use only where there is an account all the same."""
        found = self.platforms.get(platform)
        refused = found is None or found.status == PlatformRegistration.Status.NOT_APPROVED
        return not refused or any(account.platform == platform for account in self.accounts)

    def accounts_over(self, way: str) -> list[CompanyAccount]:
        return [account for account in self.accounts if (account.platform or account.channel) == way]


@dataclass(frozen=True, slots=True)
class Declared:
    """`lengths`: of each rule of retention, as `portal.retention.lengths`. `receivers` and `askers`: the names of other
    systems that are told events, and of those that ask for themselves."""

    used: Used
    rule_set: policy.RuleSet
    lengths: Mapping[str, int]
    receivers: tuple[str, ...]
    askers: tuple[str, ...]


def used_rows(day: date) -> dict[str, QuerySet[Any, Any]]:
    """What `used_of` is made of."""
    return {"platforms": PlatformRegistration.objects.all(), "accounts": CompanyAccount.objects.open_on(day)}


def used_of(read: Mapping[str, Iterable[Any]]) -> Used:
    return Used({row.platform: row for row in read["platforms"]}, tuple(read["accounts"]))


def used_at(at: datetime) -> Used:
    """Two queries."""
    return used_of(used_rows(timezone.localdate(at)))


def declared_at(at: datetime) -> Declared:
    """Seven queries, however much there is."""
    receivers = Endpoint.objects.filter(state=Endpoint.State.ON).values_list("name", flat=True)
    keys = ApiToken.objects.filter(acts_for__isnull=True, revoked_at__isnull=True, expires_at__gt=at)
    askers = keys.order_by("name").values_list("name", flat=True)
    return Declared(used_at(at), rule_set_in_force(at), lengths(at), tuple(receivers), tuple(askers))


def channel_of(way: str) -> tuple[str, str]:
    """Channel and platform of a way: “email” is a channel of its own, WhatsApp a messenger."""
    if way not in Platform.values:
        return way, ""
    return (Channel.MESSENGER.value if way in MESSENGERS else Channel.SOCIAL_DM.value), way

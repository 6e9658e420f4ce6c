"""Verbs about the company's own presences: open, change, approve, close; and the review of a platform."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.requests.models import CompanyAccount, PlatformRegistration
from contacts.requests.models.account import LONGEST_REGISTRATION, NETWORKS
from portal.access.roles import Role, require_role
from portal.audit.services import record
from portal.outbox import services as outbox
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from portal.people.models import User

EDITABLE = (
    "name",
    "channel",
    "platform",
    "kind",
    "owner",
    "responsible",
    "processor_contract",
    "address_book_isolated",
    "valid_from",
    "valid_until",
)
# What the DPO approved an account for: a change of these asks for a new approval.
APPROVED_FOR = ("channel", "platform", "kind", "processor_contract", "address_book_isolated")
CLOSERS = (Role.ADMINISTRATOR, Role.DPO)
# Who works with customers may register the profile that they do it with.
HOLDERS = (Role.EMPLOYEE, Role.MANAGER, Role.CONSENT_OFFICER, Role.DPO)


@transaction.atomic
def create_account(acting_user: User, *, at: datetime, **fields: Any) -> CompanyAccount:
    """A new account; nobody can send from it until the DPO has approved it. `fields` are those of EDITABLE."""
    require_role(acting_user, Role.ADMINISTRATOR)
    account = CompanyAccount(**_only(fields))
    _check(account)
    account.save(force_insert=True)
    _record(acting_user, "account.created", account, at, after=_told(account, EDITABLE))
    return account


@transaction.atomic
def register_profile(acting_user: User, *, platform: str, name: str, valid_until: date, at: datetime) -> CompanyAccount:
    """A person asks to write to customers from their own profile in a business network, until a day. Until the DPO has
    confirmed it, the profile is a private account like any other (ACC-01).

    Raises ValidationError for another platform, for an end that has gone by or lies more than a year ahead, and while a
    registration of theirs waits there.
    """
    require_role(acting_user, *HOLDERS)
    today = timezone.localdate(at)
    _check_profile(acting_user, platform, valid_until, today)
    profile = CompanyAccount(
        name=name.strip(),
        channel=Channel.SOCIAL_DM,
        platform=platform,
        kind=CompanyAccount.Kind.SHARED_DEVICE,
        owner=acting_user.department,
        holder=acting_user,
        address_book_isolated=True,
        valid_from=today,
        valid_until=valid_until,
    )
    profile.full_clean(exclude=["approved_by"])
    profile.save(force_insert=True)
    told = _told(profile, ("name", "platform", "owner", "valid_from", "valid_until")) | {"holder": acting_user.pk}
    _record(acting_user, "account.profile_registered", profile, at, after=told)
    return profile


@transaction.atomic
def update_account(acting_user: User, *, account: CompanyAccount, at: datetime, **fields: Any) -> CompanyAccount:
    """Change some of the EDITABLE fields; what the approval rested on puts the account back before the DPO."""
    require_role(acting_user, Role.ADMINISTRATOR)
    locked = _lock(account)
    _refuse_closed(locked)
    if locked.is_profile:
        raise ValidationError(
            _("A registered profile stays as it was confirmed. Its holder registers it anew and ends the earlier one.")
        )
    changed = [name for name, value in _only(fields).items() if getattr(locked, name) != value]
    if not changed:
        return locked
    before = _told(locked, changed) | {"approved": locked.approved_at is not None}
    for name in changed:
        setattr(locked, name, fields[name])
    if any(name in APPROVED_FOR for name in changed):
        locked.approved_at = locked.approved_by = None
    _check(locked)
    locked.save(update_fields=[*changed, "approved_at", "approved_by"])
    after = _told(locked, changed) | {"approved": locked.approved_at is not None}
    _record(acting_user, "account.changed", locked, at, before=before, after=after)
    outbox.event("account.closed", {"account_id": locked.pk}, at=at)
    return locked


@transaction.atomic
def approve_account(acting_user: User, *, account: CompanyAccount, at: datetime) -> CompanyAccount:
    """The DPO lets staff send from this account, or confirms a personal profile for its holder.

    Raises ValidationError for a messenger without a contract on file, for a profile of the DPO's own, and for one whose
    holder has left or changed department meanwhile.
    """
    require_role(acting_user, Role.DPO)
    locked = _lock(account)
    _refuse_closed(locked)
    if locked.approved_at is not None:
        return locked
    if locked.is_profile:
        _demand_somebody_else(acting_user, locked)
    elif locked.platform and not locked.processor_contract:
        raise ValidationError(
            _("No processor contract is on file (Art. 28 GDPR). Have it added, then approve the account.")
        )
    locked.approved_at, locked.approved_by = at, acting_user
    locked.save(update_fields=["approved_at", "approved_by"])
    _record(acting_user, "account.approved", locked, at, before={"approved": False}, after={"approved": True})
    return locked


@transaction.atomic
def close_account(acting_user: User, *, account: CompanyAccount, at: datetime) -> CompanyAccount:
    """Nobody sends from this account any more; permits that rest on it end with this commit. The holder of a personal
    profile may end its registration at any time."""
    if account.holder_id is None or account.holder_id != acting_user.pk or not acting_user.is_active:
        require_role(acting_user, *CLOSERS)
    locked = _lock(account)
    if locked.closed_at is not None:
        return locked
    locked.closed_at = at
    locked.save(update_fields=["closed_at"])
    _record(acting_user, "account.closed", locked, at, before={"closed_at": None}, after={"closed_at": at})
    outbox.event("account.closed", {"account_id": locked.pk}, at=at)
    return locked


@transaction.atomic
def review_platform(
    acting_user: User, *, registration: PlatformRegistration, status: str, note: str, at: datetime
) -> PlatformRegistration:
    """The DPO records where the review of a platform stands; answers follow at once."""
    require_role(acting_user, Role.DPO)
    locked = PlatformRegistration.objects.select_for_update().get(pk=registration.pk)
    before = {"status": locked.status, "note": locked.note}
    locked.status, locked.note = status, note.strip()
    after = {"status": locked.status, "note": locked.note}
    if before == after:
        return locked
    locked.full_clean()
    locked.save(update_fields=["status", "note"])
    record(acting_user, "platform.reviewed", "platform", locked.platform, at=at, before=before, after=after)
    if before["status"] != after["status"]:
        outbox.event("platform.changed", {"platform": locked.platform}, at=at)
    return locked


def _check_profile(user: User, platform: str, valid_until: date, today: date) -> None:
    if platform not in NETWORKS:
        raise ValidationError(
            {
                "platform": _(
                    "Only a profile at LinkedIn or XING can be registered. Elsewhere use an account of the company."
                )
            }
        )
    if not today <= valid_until <= today + LONGEST_REGISTRATION:
        raise ValidationError(
            {"valid_until": _("The registration ends within a year, and not before today. Enter another last day.")}
        )
    waiting = CompanyAccount.objects.filter(holder=user, approved_at__isnull=True, closed_at__isnull=True)
    if waiting.filter(platform=platform).exists():
        raise ValidationError(
            {"platform": _("Your registration for this network waits for the data protection officer already.")}
        )


def _demand_somebody_else(officer: User, profile: CompanyAccount) -> None:
    assert profile.holder is not None
    if officer.is_same_person_as(profile.holder):
        raise ValidationError(_("Nobody confirms a profile of their own. Ask another data protection officer."))
    if profile.has_lost_its_holder():
        raise ValidationError(
            _("The holder has left or changed department since. The profile has to be registered anew.")
        )


def _lock(account: CompanyAccount) -> CompanyAccount:
    return CompanyAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)


def _refuse_closed(account: CompanyAccount) -> None:
    if account.closed_at is not None:
        raise ValidationError(_("This account is closed. Create a new one if the company is back there."))


def _check(account: CompanyAccount) -> None:
    account.full_clean(exclude=["approved_by"])


def _only(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise TypeError(f"unknown fields of an account: {sorted(unknown)}")
    return fields


def _told(account: CompanyAccount, names: tuple[str, ...] | list[str]) -> dict[str, Any]:
    values = {name: getattr(account, name) for name in names}
    return values | {name: getattr(account, f"{name}_id") for name in ("owner", "responsible") if name in values}


def _record(actor: User, verb: str, account: CompanyAccount, at: datetime, **values: Any) -> None:
    record(actor, verb, "account", account.pk, at=at, **values)

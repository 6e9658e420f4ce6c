"""Using a permit, logging what happened, and ending permits whose grounds are gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts import policy
from contacts.customers.services import record_objection
from contacts.requests import notices
from contacts.requests.deciding import Answer, answer, keep, standing
from contacts.requests.models import Contact, DecisionRecord, Permit, PermitUse
from contacts.requests.rules import PermitState, permit_state
from contacts.requests.services.common import NotNow, lock_permit, reason_ids
from portal.access.roles import Role
from portal.audit.services import Job, record
from portal.outbox import services as outbox
from portal.people.models import User

RECHECK = Job("requests.recheck")


@dataclass(frozen=True)
class Redemption:
    """The use, or why there is none. `not_now`: the obstacle passes by itself or by finishing the training."""

    permit: Permit
    answer: Answer
    use: PermitUse | None
    not_now: bool = False


@transaction.atomic
def redeem(acting_user: User, *, permit: Permit, at: datetime) -> Redemption:
    """Use the permit now. Decided again under the customer's lock: a withdrawal that has committed wins.

    A permit whose grounds are gone is revoked here and the use refused; at night or without valid training it only
    rests. Raises PermissionDenied for anybody but the holder, NotNow for a permit that has already ended.
    """
    locked = lock_permit(permit)
    if locked.holder_id != acting_user.pk:
        raise PermissionDenied
    _demand_active(locked, at)
    given = answer(locked.request, at=at, now_not_planned=True)
    state = standing(given, locked.released)
    decision = keep(locked.request, given, DecisionRecord.Stage.REDEEM, at=at)
    if state.usable:
        return Redemption(locked, given, _use(acting_user, locked, given, decision, at))
    if not state.not_now:
        _revoke(acting_user, locked, reason_ids(given.decision), at)
    return Redemption(locked, given, None, not_now=state.not_now)


def _demand_active(permit: Permit, at: datetime) -> None:
    state = permit_state(permit.state, permit.valid_until, at)
    if state != PermitState.ACTIVE:
        raise NotNow(_("Permit %(number)s has ended. Ask again to get a new one.") % {"number": permit.number})
    if not User.objects.filter(pk=permit.holder_id, is_active=True).exists():
        # Read now, not taken from the page: the account may have been closed while the press was under way.
        raise PermissionDenied
    if permit.request.contact_point.retired_at is not None:
        raise NotNow(
            _("The address of permit %(number)s is no longer used. Ask again with another address.")
            % {"number": permit.number}
        )


def _use(acting_user: User, permit: Permit, given: Answer, decision: DecisionRecord, at: datetime) -> PermitUse:
    number = permit.uses.count() + 1
    use = PermitUse.objects.create(permit=permit, use_number=number, at=at, used_by=acting_user, decision=decision)
    if number >= permit.uses_allowed:
        permit.state = PermitState.USED
        permit.save(update_fields=["state"])
    record(
        acting_user,
        "permit.used",
        "permit",
        permit.number,
        at=at,
        customer_id=permit.customer_id,
        before={"state": PermitState.ACTIVE},
        after={"state": permit.state, "use": number},
    )
    consent = given.context.consent(given.question).consent
    if consent is not None and policy.rests_on_consent(given.decision):
        evidence = f"{permit.number} / {number}"
        outbox.event("permit.used", {"consent_id": consent.pk, "evidence": evidence}, at=at, key=f"use:{use.pk}")
    return use


@transaction.atomic
def log_contact(acting_user: User, *, use: PermitUse, result: str, note: str, at: datetime) -> Contact:
    """Write down what happened. An objection told in the contact counts from this commit on.

    Raises PermissionDenied for anybody but the user of the permit, NotNow when it is logged already.
    """
    permit = lock_permit(use.permit)
    if use.used_by_id != acting_user.pk:
        raise PermissionDenied
    if Contact.objects.filter(use=use).exists():
        raise NotNow(_("This contact has already been logged. Nothing was changed."))
    contact = Contact(use=use, result=result, note=note.strip(), logged_at=at, logged_by=acting_user)
    contact.full_clean()
    contact.save(force_insert=True)
    record(
        acting_user,
        "contact.logged",
        "permit",
        permit.number,
        at=at,
        customer_id=permit.customer_id,
        after={"result": result, "use": use.use_number},
    )
    _heed(acting_user, permit, contact, at)
    return contact


def _heed(acting_user: User, permit: Permit, contact: Contact, at: datetime) -> None:
    """What the customer said binds at once (Art. 21(3) GDPR); a wrong person starts the 72-hour clock."""
    scopes = {Contact.Result.OBJECTED: "marketing_objection", Contact.Result.FULL_BLOCK: "full_block"}
    scope = scopes.get(Contact.Result(contact.result))
    if scope is not None:
        record_objection(
            acting_user,
            customer=permit.customer,
            scope=scope,
            how="contact",
            at=at,
            note=f"{permit.number}: {contact.note}"[:500],
        )
    if contact.result == Contact.Result.WRONG_PERSON:
        notices.wrong_person(permit, at=at)
        outbox.event("contact.wrong_person", {"user_id": acting_user.pk, "permit": permit.number}, at=at)


@transaction.atomic
def revoke(acting_user: User, *, permit: Permit, reason: str, at: datetime) -> Permit:
    """End a permit by hand: the holder's manager or the DPO, with a reason."""
    locked = lock_permit(permit)
    is_manager = acting_user.has_role(Role.MANAGER) and locked.holder.manager_id == acting_user.pk
    if not (is_manager or acting_user.has_role(Role.DPO)):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: the holder must understand it.")})
    _demand_active(locked, at)
    _revoke(acting_user, locked, reason.strip(), at)
    return locked


def _revoke(actor: User | Job, permit: Permit, reason: str, at: datetime) -> None:
    permit.state, permit.revoked_at, permit.revoked_reason = PermitState.REVOKED, at, reason
    permit.save(update_fields=["state", "revoked_at", "revoked_reason"])
    record(
        actor,
        "permit.revoked",
        "permit",
        permit.number,
        at=at,
        customer_id=permit.customer_id,
        before={"state": PermitState.ACTIVE},
        after={"state": permit.state, "reason": reason},
    )
    notices.revoked(permit, at=at)


def recheck_customer(*, customer_id: int, because: str, at: datetime) -> int:
    """Bookkeeping after an event: mark permits whose grounds are gone, tell their holders. Idempotent.

    The permits were unusable from the event's own commit on; this only writes it down.
    """
    return sum(recheck(permit, at=at) for permit in _active(at).filter(customer_id=customer_id))


def recheck_account(*, account_id: int, at: datetime) -> int:
    return sum(recheck(permit, at=at) for permit in _active(at).filter(account_id=account_id))


def recheck_platform(*, platform: str, at: datetime) -> int:
    return sum(recheck(permit, at=at) for permit in _active(at).filter(contact_point__platform=platform))


def recheck_person(*, user_id: int, at: datetime) -> int:
    return sum(recheck(permit, at=at) for permit in _active(at).filter(holder_id=user_id))


def _active(at: datetime):
    return Permit.objects.filter(state=PermitState.ACTIVE, valid_until__gt=at).order_by("pk")


@transaction.atomic
def recheck(permit: Permit, *, at: datetime) -> int:
    """1 if the permit had to be revoked, else 0."""
    locked = lock_permit(permit)
    if permit_state(locked.state, locked.valid_until, at) != PermitState.ACTIVE:
        return 0
    if locked.request.contact_point.retired_at is not None or not locked.holder.is_active:
        _revoke(RECHECK, locked, "address" if locked.holder.is_active else "person", at)
        return 1
    given = answer(locked.request, at=at, now_not_planned=True)
    state = standing(given, locked.released)
    if state.usable or state.not_now:
        return 0
    keep(locked.request, given, DecisionRecord.Stage.RECHECK, at=at)
    _revoke(RECHECK, locked, reason_ids(given.decision), at)
    return 1

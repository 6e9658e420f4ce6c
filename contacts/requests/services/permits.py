"""Using a permit, logging what happened, and ending permits by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts import policy
from contacts.customers.services import doubt_contact_point, tick
from contacts.requests import notices
from contacts.requests.deciding import ASKERS, Answer, answer, keep, standing
from contacts.requests.frequency import held_back
from contacts.requests.heeding import heed
from contacts.requests.models import Contact, DecisionRecord, Permit, PermitUse
from contacts.requests.rules import PermitState, permit_state
from contacts.requests.selectors import use_to_log
from contacts.requests.services.common import NotNow, demand_read, lock_permit
from contacts.requests.telling import tell_permit
from portal.access.roles import Role, require_role
from portal.audit.services import Job, record
from portal.outbox import services as outbox
from portal.people.models import User
from portal.webhooks.models import EventType

if TYPE_CHECKING:
    from contacts.requests.caps import Level


@dataclass(frozen=True)
class Redemption:
    """The use, or why there is none. `not_now`: the obstacle passes by itself or by finishing the training. `full`:
    the person has been contacted so often that advertising has to wait."""

    permit: Permit
    answer: Answer
    use: PermitUse | None
    not_now: bool = False
    because: str = ""
    full: Level | None = None


class LogFirst(NotNow):
    """The use before has no outcome yet."""

    def __init__(self, permit: Permit, use: PermitUse) -> None:
        self.use = use
        words = {"number": permit.number, "use": use.use_number}
        super().__init__(
            _("Say first what happened in contact %(use)d under permit %(number)s; then you may make the next one.")
            % words
        )


@transaction.atomic
def redeem(acting_user: User, *, permit: Permit, at: datetime, conditions_read: bool = False) -> Redemption:
    """Use the permit now. Decided again under the customer's lock: a withdrawal that has committed wins.
    `conditions_read`: the holder has read what the reviewers demand in words; without it such a permit is not used.

    A permit whose grounds are gone is revoked here and the use refused; at night or without valid training it only
    rests, and so does advertising to a person who has been contacted often enough. Raises PermissionDenied for anybody
    but the holder and for a holder who may contact nobody any more, NotNow for a permit that has already ended,
    LogFirst while the use before has no outcome.
    """
    locked, at = lock_permit(permit, at)
    if locked.holder_id != acting_user.pk:
        raise PermissionDenied
    _demand_active(locked, at)
    _demand_outcome(locked)
    heeded = demand_read(locked, conditions_read=conditions_read)
    given = answer(locked.request, at=at, now_not_planned=True)
    state = standing(given, locked)
    decision = keep(locked.request, given, DecisionRecord.Stage.REDEEM, at=at)
    full = held_back(given, at=at) if state.usable else None
    if full is not None:
        return Redemption(locked, given, None, not_now=True, full=full)
    if state.usable:
        return Redemption(locked, given, _use(acting_user, locked, given, decision, at, **heeded))
    if not state.not_now:
        _revoke(acting_user, locked, state.because, at)
    return Redemption(locked, given, None, not_now=state.not_now, because=state.because)


def _demand_not_over(permit: Permit, at: datetime) -> None:
    state = permit_state(permit.state, permit.valid_until, at)
    if state != PermitState.ACTIVE:
        raise NotNow(_("Permit %(number)s has ended. Ask again to get a new one.") % {"number": permit.number})


def _demand_active(permit: Permit, at: datetime) -> None:
    _demand_not_over(permit, at)
    # Read now, not taken from the page: account or role may have been taken away while the press was under way.
    require_role(User.objects.get(pk=permit.holder_id), *ASKERS)
    if permit.request.contact_point.retired_at is not None:
        raise NotNow(
            _("The address of permit %(number)s is no longer used. Ask again with another address.")
            % {"number": permit.number}
        )


def _demand_outcome(permit: Permit) -> None:
    open_use = use_to_log(permit)
    if open_use is not None:
        raise LogFirst(permit, open_use)


def _use(
    acting_user: User, permit: Permit, given: Answer, decision: DecisionRecord, at: datetime, **heeded: bool
) -> PermitUse:
    number = permit.uses.count() + 1
    tick(permit.customer, at)  # a withdrawal by a clock that is behind comes after the use that it follows
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
        after={"state": permit.state, "use": number, **heeded},
    )
    consent = given.context.consent(given.question).consent
    if consent is not None and policy.rests_on_consent(given.decision):
        evidence = f"{permit.number} / {number}"
        payload = {"consent_id": consent.pk, "evidence": evidence, "used_at": at.isoformat()}
        outbox.event("permit.used", payload, at=at, key=f"use:{use.pk}")
    return use


@transaction.atomic
def log_contact(acting_user: User, *, use: PermitUse, result: str, note: str, at: datetime) -> Contact:
    """Write down what happened. An objection or a withdrawal told in the contact counts from this commit on.

    Raises PermissionDenied for anybody but the user of the permit, NotNow when it is logged already, ValidationError
    for a consent taken back that there was not, and for another way that nobody named.
    """
    permit, at = lock_permit(use.permit, at)
    if use.used_by_id != acting_user.pk:
        raise PermissionDenied
    if Contact.objects.filter(use=use).exists():
        raise NotNow(_("This contact has already been logged. Nothing was changed."))
    _demand_fitting(permit, result, note)
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
    heed(acting_user, permit, contact, at)
    _end_after(acting_user, permit, contact, at)
    return contact


def _demand_fitting(permit: Permit, result: str, note: str) -> None:
    if result == Contact.Result.WITHDREW and not permit.rests_on_consent:
        raise ValidationError(
            {
                "result": _(
                    "This contact rested on no consent, so there is none to take back. Choose what the person refuses, "
                    "or withdraw the consent that is meant on the customer's page."
                )
            }
        )
    if result == Contact.Result.OTHER_WAY and not note.strip():
        raise ValidationError({"note": _("Say which way the person wants, for whoever makes the next contact.")})


def _end_after(acting_user: User, permit: Permit, contact: Contact, at: datetime) -> None:
    """An address that reaches a stranger is not used again, by nobody and however many uses were left."""
    if contact.result != Contact.Result.WRONG_PERSON:
        return
    doubt_contact_point(acting_user, point=permit.contact_point, at=at)
    same_address = Permit.objects.active(at).filter(contact_point=permit.contact_point_id)
    for left in same_address.select_for_update(of=("self",)).select_related("holder", "request__requester", "customer"):
        _revoke(acting_user, left, "reached_stranger", at)


@transaction.atomic
def revoke(acting_user: User, *, permit: Permit, reason: str, at: datetime) -> Permit:
    """End a permit by hand: the holder's manager or the DPO, with a reason."""
    locked, at = lock_permit(permit, at)
    is_manager = acting_user.has_role(Role.MANAGER) and locked.holder.manager_id == acting_user.pk
    if not (is_manager or acting_user.has_role(Role.DPO)):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: the holder must understand it.")})
    _demand_not_over(locked, at)
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
    tell_permit(EventType.PERMIT_REVOKED, permit, at=at)
    notices.revoked(permit, at=at)


def end(actor: User | Job, permit: Permit, reason: str, at: datetime) -> None:
    """End a permit for another verb, which holds the customer's lock and has judged: an active one, with a reason."""
    _revoke(actor, permit, reason, at)

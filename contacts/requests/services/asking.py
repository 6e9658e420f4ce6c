"""Asking: the question is kept as a draft, decided at once, and can be changed until it is submitted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.customers.selectors import lock_customer, moment
from contacts.requests.context import ASKED
from contacts.requests.deciding import ASKERS, Answer, answer, keep
from contacts.requests.models import CompanyAccount, ContactRequest, DecisionRecord
from contacts.requests.promotion import promotion_of
from contacts.requests.rules import Verb
from contacts.requests.services.common import Stale, demand, lock_request, note, tell_wanted_channel
from contacts.requests.versions import version_of
from portal.access.roles import require_role

if TYPE_CHECKING:
    from contacts.customers.models import ContactPoint, Customer
    from portal.people.models import User

FIELDS = (*ASKED, "draft_text", "uses_wanted")


@transaction.atomic
def ask(
    acting_user: User,
    *,
    customer: Customer,
    contact_point: ContactPoint,
    account: CompanyAccount | None,
    at: datetime,
    once: UUID | None = None,
    **fields: Any,
) -> tuple[ContactRequest, Answer]:
    """Keep the question as a draft and answer it. `fields` are those of FIELDS; `purpose` is needed. `once` names the
    page that asks about several customers: about each of them one question at most is kept for it.

    Raises ValidationError when address, account and customer do not belong together.
    """
    require_role(acting_user, *ASKERS)
    locked = lock_customer(customer.pk)
    at = moment(locked, at)
    request = ContactRequest(requester=acting_user, customer=locked, contact_point=contact_point, account=account)
    request.edited_by, request.once = acting_user, once
    _fill(request, fields)
    _check_fit(request)
    request.full_clean(exclude=["outcome"])
    given = answer(request, at=at)
    request.outcome = given.outcome
    request.save(force_insert=True)
    keep(request, given, DecisionRecord.Stage.ASK, at=at)
    note(acting_user, "asked", request, "", at=at, purpose=request.purpose, contact_point=contact_point.pk)
    tell_wanted_channel(request, at=at)
    return request, given


@transaction.atomic
def edit(
    acting_user: User,
    *,
    request: ContactRequest,
    contact_point: ContactPoint,
    account: CompanyAccount | None,
    at: datetime,
    seen: str = "",
    **fields: Any,
) -> tuple[ContactRequest, Answer]:
    """Change a draft and answer it anew. Only the requester may; raises NotNow once it is submitted, and Stale where
    it is no longer the version that was `seen` (`versions.version_of`; empty: whatever there is)."""
    require_role(acting_user, *ASKERS)
    locked, at = lock_request(request, at)
    if locked.requester_id != acting_user.pk:
        raise PermissionDenied
    demand(Verb.EDIT, locked)
    if seen and seen != version_of(locked):
        raise Stale(_("This was changed in another window. Nothing of yours was saved yet."))
    before, disputed = locked.outcome, promotion_of(locked).in_force
    locked.contact_point, locked.account, locked.edited_by = contact_point, account, acting_user
    _fill(locked, fields)
    _check_fit(locked)
    locked.full_clean(exclude=["outcome"])
    given = answer(locked, at=at)
    locked.outcome = given.outcome
    locked.save(update_fields=["contact_point", "account", "outcome", "edited_by", *fields])
    keep(locked, given, DecisionRecord.Stage.ASK, at=at)
    dropped = {"dispute": "dropped"} if disputed and not given.question.promotion_disputed else {}
    note(acting_user, "edited", locked, locked.state, at=at, outcome_before=before, purpose=locked.purpose, **dropped)
    tell_wanted_channel(locked, at=at)
    return locked, given


def _fill(request: ContactRequest, fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"unknown fields of a question: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(request, name, value)


def _check_fit(request: ContactRequest) -> None:
    point, account = request.contact_point, request.account
    if point.customer_id != request.customer_id or point.retired_at is not None:
        raise ValidationError({"contact_point": _("This address is no longer used. Choose another one.")})
    if account is not None and (account.channel, account.platform) != (point.channel, point.platform):
        raise ValidationError(
            {"account": _("This account does not fit the channel of the address. Choose one that does.")}
        )

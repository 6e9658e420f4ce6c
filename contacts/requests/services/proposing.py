"""Taking over what a reviewer proposes: the draft is changed so and handed in again, through the rules."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.requests.rules import Verb
from contacts.requests.services import asking, submitting
from contacts.requests.services.common import NotNow, demand, lock_request
from contacts.requests.stricter import proposal_of
from contacts.requests.ways import still_planned

if TYPE_CHECKING:
    from contacts.requests.models import ContactRequest, Proposal
    from portal.people.models import User


@transaction.atomic
def take_over(acting_user: User, *, request: ContactRequest, proposal: int, at: datetime) -> ContactRequest:
    """Change the draft as proposed and hand it in. Where the rules have come to forbid it, it stays a changed draft.

    `proposal` is the key of what was read. Raises PermissionDenied for anybody but the requester, NotNow where another
    proposal or none is there now, and for what stands against handing in.
    """
    locked, at = lock_request(request, at)
    if locked.requester_id != acting_user.pk:
        raise PermissionDenied
    demand(Verb.EDIT, locked)
    found = proposal_of(locked)
    if found is None or found.pk != proposal:
        raise NotNow(_("This proposal does not stand any more. Read the question again; nothing was changed."))
    edited, given = asking.edit(acting_user, request=locked, at=at, **_changes(locked, found, at))
    return edited if given.outcome == "forbidden" else submitting.submit(acting_user, request=edited, at=at)


def _changes(request: ContactRequest, proposal: Proposal, at: datetime) -> dict[str, Any]:
    """What was proposed, and of the rest what the draft says by now: but never from a private account, as the proposal
    was reckoned, and not for a time that has passed."""
    changes: dict[str, Any] = {"contact_point": request.contact_point, "account": request.account}
    changes |= {"private_account": False, "planned_at": still_planned(request.planned_at, at=at)}
    if "draft_text" in proposal.changes:
        changes["draft_text"] = proposal.draft_text
    if {"contact_point", "account"} & set(proposal.changes):
        changes |= {"contact_point": proposal.contact_point, "account": proposal.account}
    return changes

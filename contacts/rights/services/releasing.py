"""Whether an answer names who acted outside the rules: an officer asks with a reason, somebody else agrees.

The second look is another data protection officer's or an administrator's (docs/decisions/0035).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.rights import notices
from contacts.rights.models import DataRequest, NameRelease
from contacts.rights.rules import Kind, State
from contacts.rights.selectors import may_agree
from contacts.rights.services.common import NotNow, demand_words, lock_request, note
from portal.access.roles import Role, require_role

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def ask_names(acting_user: User, *, request: DataRequest, reason: str, at: datetime) -> NameRelease:
    """Ask for the release. Raises NotNow while one is open or agreed, or where nothing is to be answered."""
    require_role(acting_user, Role.DPO)
    locked, at = lock_request(request, at)
    if locked.kind != Kind.ACCESS or locked.state != State.OPEN:
        raise NotNow(_("Names are released for an access request that is being worked on."))
    if locked.releases.exclude(agreed=False).exists():
        raise NotNow(_("The release has been asked for already."))
    made = NameRelease(request=locked, asked_by=acting_user, asked_at=at)
    made.reason = demand_words("reason", reason, _("Say why the names must be told: somebody else decides by it."))
    made.full_clean()
    made.save(force_insert=True)
    note(acting_user, "names_asked", locked, at=at)
    notices.names_asked(made, at=at)
    return made


@transaction.atomic
def decide_names(acting_user: User, *, release: NameRelease, agreed: bool, reason: str, at: datetime) -> NameRelease:
    """Agree or not, with a reason. Raises PermissionDenied for who asked, by whatever account; NotNow the second
    time."""
    locked, at = lock_request(release.request, at)
    row = NameRelease.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=release.pk)
    if not may_agree(acting_user, row):
        raise PermissionDenied
    if row.agreed is not None or locked.state != State.OPEN:
        raise NotNow(_("This has been decided, or the request was closed. Nothing was changed."))
    row.decision_reason = demand_words("reason", reason, _("Say why in a sentence."))
    row.decided_by, row.decided_at, row.agreed = acting_user, at, agreed
    row.save(update_fields=["decided_by", "decided_at", "agreed", "decision_reason"])
    note(acting_user, "names_agreed" if agreed else "names_refused", locked, at=at)
    return row

"""“This is no advertising”: the requester disputes what was found in the draft, and somebody else has to agree."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from contacts.requests.deciding import ASKERS, Answer, answer, keep
from contacts.requests.models import ContactRequest, DecisionRecord, PromotionDispute
from contacts.requests.promotion import PromotionReading, fingerprint, places
from contacts.requests.rules import Verb
from contacts.requests.services.common import NotNow, demand, lock_request, note
from portal.access.roles import require_role

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def dispute_promotion(
    acting_user: User, *, request: ContactRequest, reason: str, at: datetime, text: str | None = None
) -> tuple[ContactRequest, Answer]:
    """Say why the wording that was found is no advertising, and answer the draft anew.

    `text` is the fingerprint of the draft that was read; a page always says it. Raises PermissionDenied for anybody
    but the requester, NotNow where there is nothing (more) to dispute, ValidationError without a reason.
    """
    require_role(acting_user, *ASKERS)
    locked, at = lock_request(request, at)
    if locked.requester_id != acting_user.pk:
        raise PermissionDenied
    demand(Verb.EDIT, locked)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why in a sentence: whoever decides must be able to follow you.")})
    before = locked.outcome
    found = _demand_hits(locked, answer(locked, at=at), text)
    PromotionDispute.objects.create(
        request=locked,
        said_by=acting_user,
        text_sha256=fingerprint(locked.draft_text),
        hits=places(found.hits),
        reason=reason.strip(),
        at=at,
    )
    given = answer(locked, at=at)
    locked.outcome = given.outcome
    locked.save(update_fields=["outcome"])
    keep(locked, given, DecisionRecord.Stage.ASK, at=at)
    note(acting_user, "promotion_disputed", locked, locked.state, at=at, outcome_before=before, wording=found.rules)
    return locked, given


def _demand_hits(request: ContactRequest, given: Answer, text: str | None) -> PromotionReading:
    found = given.promotion
    if text not in (None, fingerprint(request.draft_text)):
        raise NotNow(_("%(number)s was changed after you read it. Read it again.") % {"number": request.number})
    if found is None or not found.disputable:
        raise NotNow(_("Nothing in the text is taken for advertising, or you said so yourself. Nothing was changed."))
    return found

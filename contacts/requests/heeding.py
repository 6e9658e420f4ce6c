"""What somebody said in a contact binds at once. Part of the verb that logs it, within its transaction and locks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from contacts.customers.services import record_objection
from contacts.requests import notices
from contacts.requests.deciding import answer
from contacts.requests.elsewhere import withdraw_told
from contacts.requests.models import Contact
from portal.outbox import services as outbox

if TYPE_CHECKING:
    from contacts.requests.models import Permit
    from portal.people.models import User

Result = Contact.Result
SCOPES = {Result.OBJECTED: "marketing_objection", Result.FULL_BLOCK: "full_block"}


def heed(acting_user: User, permit: Permit, contact: Contact, at: datetime) -> None:
    """An objection and a withdrawal count from this commit on (Art. 7(3), 21(3) GDPR); a wrong person starts the
    72-hour clock."""
    result = Result(contact.result)
    if result in SCOPES:
        said = {"scope": SCOPES[result], "how": "contact", "note": permit.number}
        record_objection(acting_user, customer=permit.customer, at=at, **said)
    elif result == Result.WITHDREW:
        _take_back(acting_user, permit, at)
    elif result == Result.WRONG_PERSON:
        notices.wrong_person(permit, at=at)
        outbox.event("contact.wrong_person", {"user_id": acting_user.pk, "permit": permit.number}, at=at)


def _take_back(acting_user: User, permit: Permit, at: datetime) -> None:
    """The consent that carried the contact. Where it is gone already, there is nothing left to take back."""
    given = answer(permit.request, at=at, now_not_planned=True)
    consent = given.context.consent(given.question).consent
    if consent is not None:
        withdraw_told(acting_user, consent_id=consent.pk, evidence=permit.number, at=at)

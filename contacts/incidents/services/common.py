"""What the verbs share: the lock order, who may act, and refusals in whole sentences."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from contacts.customers.selectors import lock_customer, moment
from contacts.incidents.models import Incident
from contacts.incidents.rules import Transition, Verb, transition
from contacts.incidents.selectors import may_judge
from portal.access.roles import Role
from portal.audit.services import Job, record

if TYPE_CHECKING:
    from portal.people.models import User


class NotNow(ValidationError):
    """The act was possible when the page was shown and no longer is: a friendly word, not a fault."""


def lock_incident(incident: Incident, at: datetime) -> tuple[Incident, datetime]:
    """The incident as it is now, and when the act takes place: `at`, but not before what is on record.

    Customer row first, where there is one, then the incident row: one order everywhere, so no deadlocks.
    """
    if incident.customer_id is not None:
        at = moment(lock_customer(incident.customer_id), at)
    rows = Incident.objects.select_for_update(of=("self",)).select_related("reporter", "customer")
    locked = rows.get(pk=incident.pk)
    return locked, max(at, locked.reported_at)


def demand(verb: Verb, incident: Incident) -> Transition:
    """The row of the transition table, or NotNow with a sentence that says what to do."""
    row = transition(verb, incident.state)
    if row is None and verb in (Verb.DECIDE, Verb.CLOSE) and incident.assessed_at is None:
        raise NotNow(
            _("Assess %(number)s first: every decision rests on the assessment.") % {"number": incident.number}
        )
    if row is None:
        raise NotNow(
            _("%(number)s has moved on in the meantime. Look at its present state; nothing was changed.")
            % {"number": incident.number}
        )
    return row


def demand_judge(acting_user: User, incident: Incident) -> None:
    """Raise PermissionDenied for anybody but an officer who may assess this incident."""
    if not may_judge(acting_user, incident):
        raise PermissionDenied


def demand_party(acting_user: User, incident: Incident) -> None:
    """Raise PermissionDenied for anybody but the reporter and the officers."""
    is_reporter = acting_user.is_active and acting_user.pk == incident.reporter_id
    if not (is_reporter or acting_user.has_role(Role.DPO)):
        raise PermissionDenied


def demand_words(name: str, text: str, sentence: str) -> str:
    """The text without spaces around it; raises ValidationError at the field where nothing is left."""
    if not text.strip():
        raise ValidationError({name: sentence})
    return text.strip()


def note(actor: User | Job, verb: str, incident: Incident, *, at: datetime, before: str = "", **after: Any) -> None:
    """The one audit entry of an act. It says what was done, never what was told: the trail has other readers."""
    record(
        actor,
        f"incident.{verb}",
        "incident",
        incident.number,
        at=at,
        customer_id=incident.customer_id,
        before={"state": before} if before else {},
        after={"state": incident.state, **after},
    )

"""“It already happened”: reporting by anybody who works here, and the incident that a logged wrong person opens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from contacts.customers.selectors import lock_customer, moment
from contacts.incidents import notices, rules
from contacts.incidents.models import Incident, Kind
from contacts.incidents.services.common import note
from contacts.requests.models import AfterReview, Contact
from contacts.requests.numbers import permit_key, request_key
from contacts.rulebook.selectors import rule_set_in_force
from portal.audit.services import Job
from portal.database import lock_name
from portal.outbox import services as outbox
from portal.webhooks.models import EventType
from portal.webhooks.telling import tell

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from contacts.requests.models import ContactRequest, Permit
    from portal.people.models import User

OPEN = Job("incidents.open")
# After these a short refresher shows the ways that are open instead (portal/handlers.py).
REFRESHED = {Kind.PRIVATE_ACCOUNT: "incident.private_account", Kind.WRONG_PERSON: "incident.wrong_person"}


@transaction.atomic
def report(
    acting_user: User,
    *,
    key: UUID,
    kind: str,
    happened_at: datetime,
    noticed_at: datetime,
    description: str,
    at: datetime,
    channel: str = "",
    platform: str = "",
    customer: Customer | None = None,
    person_note: str = "",
    data: Sequence[str] = (),
    request: ContactRequest | None = None,
    permit: Permit | None = None,
) -> Incident:
    """Report what happened; the officers hear of it at once. The same `key` again is the same report.

    What is reported about a permit or a request is about its customer. Raises ValidationError for another customer, for
    times in the wrong order and for a report without words; PermissionDenied for somebody who has left, and for the key
    of somebody else's report.
    """
    if not acting_user.is_active:
        raise PermissionDenied
    customer = _customer(customer, permit or request)
    at = moment(lock_customer(customer.pk), at) if customer is not None else at
    lock_name(f"incident:{key}")
    there = Incident.objects.filter(key=key).first()
    if there is not None:
        return _own(there, acting_user)
    _check_times(happened_at, noticed_at, at)
    made = Incident(key=key, kind=kind, happened_at=happened_at, noticed_at=noticed_at, reported_at=at)
    made.channel, made.platform, made.data = channel, platform, list(data)
    made.customer, made.person_note, made.description = customer, person_note.strip(), description.strip()
    made.reporter, made.request, made.permit = acting_user, request, permit
    _save(made, at)
    note(acting_user, "reported", made, at=at, kind=made.kind)
    notices.reported(made, at=at)
    if kind in REFRESHED:
        payload = {"user_id": acting_user.pk, "incident": made.number}
        outbox.event(REFRESHED[Kind(kind)], payload, at=at, key=f"incident:{made.pk}:refresher")
    return made


def _customer(named: Customer | None, origin: Permit | ContactRequest | None) -> Customer | None:
    if origin is None:
        return named
    if named is not None and named.pk != origin.customer_id:
        values = {"number": origin.number, "customer": origin.customer.number}
        sentence = _(
            "%(number)s is about customer %(customer)s. Enter that number, or report it without coming from %(number)s."
        )
        raise ValidationError({"customer_number": sentence % values})
    return origin.customer


def _own(incident: Incident, user: User) -> Incident:
    if incident.reporter_id != user.pk:
        raise PermissionDenied
    return incident


def _check_times(happened_at: datetime, noticed_at: datetime, at: datetime) -> None:
    if noticed_at > at:
        raise ValidationError({"noticed_at": _("This lies in the future. Enter when it was noticed.")})
    if happened_at > noticed_at:
        raise ValidationError(
            {"happened_at": _("This is later than it was noticed. Check both times; roughly is enough.")}
        )


def _save(made: Incident, at: datetime) -> None:
    hours = rule_set_in_force(made.aware_at).thresholds.breach_deadline_hours
    made.due_at = rules.due_at(made.aware_at, hours)
    made.full_clean()
    made.save(force_insert=True)
    # Whom it is about, and who said so, is for the officers: other systems learn that there is one.
    told = {"incident": made.number, "kind": made.kind, "due_at": made.due_at}
    tell(EventType.INCIDENT_OPENED, told, customer_id=made.customer_id, at=at)


@transaction.atomic
def open_from_contact(*, permit: str, at: datetime) -> list[Incident]:
    """Open an incident for each contact under this permit that reached a wrong person and has none yet; the holder
    is the reporter. Idempotent: a contact has one incident at most, by the database too."""
    contacts = _wrong_persons(permit)
    if contacts:
        lock_customer(contacts[0].use.permit.customer_id)
    # Read again under the lock: the same event may be heard twice at once.
    return [_open(contact, at) for contact in _wrong_persons(permit)]


def _wrong_persons(number: str) -> list[Contact]:
    found = Contact.objects.filter(
        use__permit_id=_known(permit_key(number), number), result=Contact.Result.WRONG_PERSON, incident__isnull=True
    ).select_related("logged_by", "use__permit__contact_point", "use__permit__request", "use__permit__customer")
    return list(found.order_by("pk"))


def _known(key: object, number: str) -> int:
    """Raises ValueError, so that the event is kept and given up in sight: an incident must not be lost in silence."""
    if not isinstance(key, int):
        raise ValueError(f"{number} is no number")
    return key


def _open(contact: Contact, at: datetime) -> Incident:
    permit, reporter = contact.use.permit, contact.logged_by
    made = Incident(
        key=uuid5(NAMESPACE_URL, f"contact:{contact.pk}"),
        kind=Kind.WRONG_PERSON,
        channel=permit.contact_point.channel,
        platform=permit.contact_point.platform,
        happened_at=min(contact.use.at, contact.logged_at),
        noticed_at=contact.logged_at,
        reported_at=contact.logged_at,
        customer=permit.customer,
        reporter=reporter,
        request=permit.request,
        permit=permit,
        contact=contact,
    )
    with translation.override(reporter.language):
        words = _("Logged under permit %(number)s: the contact reached the wrong person.") % {"number": permit.number}
    made.description = f"{words}\n{contact.note}".strip()
    _save(made, at)
    note(OPEN, "opened", made, at=at, kind=made.kind, permit=permit.number, person=reporter.pk)
    notices.opened(made, at=at)
    return made


@transaction.atomic
def open_from_danger(*, request: str, at: datetime) -> Incident | None:
    """Open an incident for an act in imminent danger that was found not justified; who acted is its reporter, as for a
    wrong person, because nobody else can tell what happened. Idempotent; None where nothing was found so."""
    review = _not_justified(request)
    if review is None:
        return None
    lock_customer(review.request.customer_id)
    # The same event may be heard twice at once.
    there = Incident.objects.filter(key=_danger_key(review)).first()
    return there if there is not None else _open_danger(review, at)


def _not_justified(number: str) -> AfterReview | None:
    found = AfterReview.objects.filter(
        request_id=_known(request_key(number), number), verdict=AfterReview.Verdict.NOT_JUSTIFIED
    )
    return found.select_related("requester", "permit", "request__contact_point", "request__customer").first()


def _danger_key(review: AfterReview) -> UUID:
    return uuid5(NAMESPACE_URL, f"danger:{review.pk}")


def _open_danger(review: AfterReview, at: datetime) -> Incident:
    request, reporter, noticed = review.request, review.requester, review.reviewed_at or at
    used = review.permit.uses.order_by("pk").first()
    made = Incident(
        key=_danger_key(review),
        kind=Kind.OTHER,
        channel=request.contact_point.channel,
        platform=request.contact_point.platform,
        happened_at=min(used.at if used is not None else review.acted_at, noticed),
        noticed_at=noticed,
        reported_at=noticed,
        customer=request.customer,
        reporter=reporter,
        request=request,
        permit=review.permit,
    )
    with translation.override(reporter.language):
        words = _("Contact in imminent danger (%(number)s): looked at afterwards and found not justified.")
        unused = _("The permit was not used.") if used is None else ""
    made.description = "\n".join(filter(None, [words % {"number": request.number}, unused, review.reason]))[:5000]
    _save(made, at)
    note(OPEN, "opened", made, at=at, kind=made.kind, permit=review.permit.number, person=reporter.pk)
    notices.opened(made, at=at, danger=True)
    return made

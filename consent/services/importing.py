"""Consents from an earlier system. An import reports what customers once did; it never overturns a stop."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consent import rules
from consent.models import Consent, ConsentEvent, ConsentText
from consent.services.calls import keep_call_record
from consent.services.common import KEEPERS, demand_fitting, demand_new, demand_past, lock_present, withdrawn_above
from consent.services.ledger import append, open_consent
from contacts.customers.models import Objection
from contacts.customers.selectors import lock_customer, usable_points
from contacts.customers.suppression.standing import standing_of
from portal.access.roles import require_role
from portal.audit.services import Job

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User


@transaction.atomic
def import_consent(
    actor: User | Job,
    *,
    customer: Customer,
    purpose: str,
    channel: str,
    given_at: datetime,
    at: datetime,
    platform: str = "",
    ends_on: date | None = None,
    evidence: str = "",
    origin: str = "",
    wording_reference: str = "",
) -> Consent:
    """Take over one consent. It can be proven when its evidence and a published wording are named.

    Raises ValidationError where a stop stands against it (withdrawal, objection, suppressed address), where a newer
    entry is on record, for an unknown wording, and for an origin that is there already (code "same").
    """
    if not isinstance(actor, Job):
        require_role(actor, *KEEPERS)
    demand_past("given_at", given_at, at)
    text = _wording(wording_reference)
    demand_fitting(text, purpose, channel, platform, given_at)
    customer = lock_present(customer.pk)
    demand_new(origin, code="same")
    consent = open_consent(customer, purpose, channel, platform)
    _demand_no_stop(consent)
    event = ConsentEvent(
        kind=rules.EventKind.IMPORTED,
        at=given_at,
        how=ConsentEvent.How.IMPORTED,
        evidence=evidence.strip(),
        text=text,
        proof=bool(evidence.strip()) and text is not None,
        ends_on=ends_on,
        origin=origin,
    )
    append(actor, consent, event, at)
    keep_call_record(consent, event, "import")
    return consent


def _wording(reference: str) -> ConsentText | None:
    """A wording by its reference, as `newsletter-3-de`."""
    if not reference.strip():
        return None
    line, _dash, rest = reference.strip().rpartition("-")
    line, _dash, version = line.rpartition("-")
    found = ConsentText.objects.published().filter(line=line, version=int(version) if version.isdecimal() else 0)
    text = found.filter(language=rest).first()
    if text is None:
        raise ValidationError(
            {"wording": _("There is no published wording %(reference)s.") % {"reference": reference.strip()}}
        )
    return text


def _demand_no_stop(consent: Consent) -> None:
    """Art. 7(3), 21(3) GDPR: only the customer lifts a stop, by an act of their own."""
    if consent.withdrawn_at is not None or withdrawn_above(consent, _own_act(consent)):
        raise ValidationError(
            _("The customer has withdrawn this consent. A list cannot take that back; only the customer can.")
        )
    against = Objection.objects.filter(customer_id=consent.customer_id, channel__in=["", consent.channel])
    points = usable_points(consent.customer).filter(channel=consent.channel, platform=consent.platform)
    kept = {word for words in standing_of(points, consent.customer).values() for word, _since in words}
    binding = {"full_block", "marketing_objection"} if consent.purpose in rules.ADVERTISING else {"full_block"}
    if against.filter(scope__in=binding).exists() or kept & binding:
        raise ValidationError(
            _("The customer has objected to this. A list cannot take that back; only the customer can.")
        )


def _own_act(consent: Consent) -> datetime | None:
    """When the customer last agreed to this by an act of their own."""
    acts = consent.events.filter(kind__in=rules.folding.AGREEING) if consent.pk else ConsentEvent.objects.none()
    return acts.order_by("-at").values_list("at", flat=True).first()


@transaction.atomic
def undo_import(actor: User | Job, *, event: ConsentEvent, at: datetime) -> Consent:
    """Take an imported entry out again: the ledger keeps it and the correction that annuls it.

    Raises ValidationError when something rests on it by now: a use, a withdrawal, or a later entry.
    """
    if not isinstance(actor, Job):
        require_role(actor, *KEEPERS)
    customer = lock_customer(event.consent.customer_id)
    consent = Consent.objects.get(pk=event.consent_id)
    consent.customer = customer
    later = consent.events.exclude(kind__in=rules.folding.PASSAGE).filter(pk__gt=event.pk)
    if event.kind != rules.EventKind.IMPORTED or later.exists():
        raise ValidationError(_("This entry cannot be undone: there are later entries that rest on it."))
    annulment = ConsentEvent(
        kind=rules.EventKind.CORRECTED, at=at, how=ConsentEvent.How.IMPORTED, corrects=event, annuls=True
    )
    return append(actor, consent, annulment, at)

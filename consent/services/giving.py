"""The customer agrees, agrees again, or what is on record about that is corrected; and a contact used it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consent import rules
from consent.models import Consent, ConsentEvent, ConsentText, EvidenceFile
from consent.selectors import threshold_book
from consent.services.calls import keep_call_record
from consent.services.common import (
    KEEPERS,
    demand_fitting,
    demand_new,
    demand_past,
    lock_present,
    withdrawn_above,
)
from consent.services.ledger import append, open_consent
from contacts.customers.selectors import lock_customer
from portal.access.roles import require_role
from portal.audit.services import Job

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.people.models import User

How = ConsentEvent.How
#: How somebody in the company may have come to know of a consent. A web form proves nothing about an address: for
#: e-mail the double opt-in does (DSK OH Direktwerbung 3.3), and nothing else takes its place.
RECORDED_HOW = (How.PAPER, How.WRITTEN, How.SPOKEN, How.WEB_FORM, How.API)


@transaction.atomic
def give_consent(
    acting_user: User,
    *,
    customer: Customer,
    purpose: str,
    channel: str,
    how: str,
    evidence: str,
    given_at: datetime,
    at: datetime,
    platform: str = "",
    text: ConsentText | None = None,
    ends_on: date | None = None,
    evidence_file: EvidenceFile | None = None,
    recipient_code: str = "",
    origin: str = "",
) -> Consent:
    """Record that the customer agreed at `given_at` to the wording `text`.

    It can be proven (Art. 7(1) GDPR) when both the wording and the evidence are on record. A consumer's consent to
    advertising calls carries the record of section 7a UWG; `recipient_code` says who took it (default: the code of
    who records it). Raises ValidationError for a time in the future or before the last entry, a wording that does
    not fit, an origin that is on record, an e-mail consent by web form, which only a double opt-in can give, somebody
    who was erased, and a consent that the withdrawal of a purpose above has reached meanwhile.
    """
    require_role(acting_user, *KEEPERS)
    demand_past("given_at", given_at, at)
    _demand_way(how, channel)
    demand_fitting(text, purpose, channel, platform, given_at)
    customer = lock_present(customer.pk)
    demand_new(origin)
    consent = open_consent(customer, purpose, channel, platform)
    _demand_not_withdrawn_since(consent, given_at)
    event = _giving(rules.EventKind.GIVEN, given_at, how, evidence, text, ends_on, evidence_file)
    event.origin = origin
    append(acting_user, consent, event, at)
    keep_call_record(consent, event, recipient_code or acting_user.person_number)
    return consent


@transaction.atomic
def renew_consent(
    acting_user: User,
    *,
    consent: Consent,
    how: str,
    evidence: str,
    given_at: datetime,
    at: datetime,
    text: ConsentText | None = None,
    ends_on: date | None = None,
    evidence_file: EvidenceFile | None = None,
    recipient_code: str = "",
) -> Consent:
    """The customer confirmed a consent that still stands: the months of silence start again.

    Raises ValidationError where there is nothing to renew: after a withdrawal or the end only a new consent helps.
    """
    require_role(acting_user, *KEEPERS)
    demand_past("given_at", given_at, at)
    _demand_way(how, consent.channel)
    demand_fitting(text, consent.purpose, consent.channel, consent.platform, given_at)
    mine = _locked(consent, lock_present(consent.customer_id))
    if _state(mine, at) not in ("active", "stale"):
        raise ValidationError(_("There is no standing consent to renew. Record a new one with its own evidence."))
    event = _giving(rules.EventKind.RENEWED, given_at, how, evidence, text, ends_on, evidence_file)
    append(acting_user, mine, event, at)
    keep_call_record(mine, event, recipient_code or acting_user.person_number)
    return mine


@transaction.atomic
def correct_consent(
    acting_user: User,
    *,
    consent: Consent,
    evidence: str,
    given_at: datetime,
    at: datetime,
    text: ConsentText | None = None,
    ends_on: date | None = None,
    evidence_file: EvidenceFile | None = None,
) -> Consent:
    """Say better what is on record about the present consent: when it was given, its wording, evidence and end.

    The event that is corrected stays readable. Raises ValidationError for a withdrawn consent (a refusal is never
    corrected away), for a time after the last use or after it was on record (an act of tomorrow is a new one), and
    where the event was corrected before.
    """
    require_role(acting_user, *KEEPERS)
    demand_past("given_at", given_at, at)
    demand_fitting(text, consent.purpose, consent.channel, consent.platform, given_at)
    mine = _locked(consent, lock_present(consent.customer_id))
    target = correctable(mine)
    if target is None:
        raise ValidationError(
            _("Nothing here can be corrected: the consent is withdrawn, was corrected before, or never given.")
        )
    if given_at > target.recorded_at:
        raise ValidationError(
            {"given_at": _("The consent was on record before this time. If the customer agreed anew, record that.")}
        )
    if mine.last_used_at is not None and given_at > mine.last_used_at:
        raise ValidationError({"given_at": _("The consent was used before this time. Check the date.")})
    event = _giving(rules.EventKind.CORRECTED, at, target.how, evidence, text, ends_on, evidence_file)
    event.corrects, event.about_at = target, given_at
    return append(acting_user, mine, event, at)


def correctable(consent: Consent) -> ConsentEvent | None:
    """The event that gave the present consent, if it can still be corrected."""
    if consent.given_at is None or consent.withdrawn_at is not None:
        return None
    givings = consent.events.filter(kind__in=rules.folding.GIVING).exclude(corrections__annuls=True)
    latest = givings.order_by("-at", "-pk").first()
    return latest if latest is not None and not latest.corrections.exists() else None


@transaction.atomic
def record_use(
    acting_user: User | Job, *, consent: Consent, evidence: str, at: datetime, used_at: datetime | None = None
) -> Consent:
    """A contact rested on this consent: the months of silence start again, and § 7a UWG wants the use on record.

    `used_at` is when the contact was made (default: `at`); the ledger may hear of it later, even after a withdrawal.
    """
    mine = _locked(consent, lock_customer(consent.customer_id))
    event = ConsentEvent(kind=rules.EventKind.USED, at=used_at or at, how=How.CONTACT, evidence=evidence)
    return append(acting_user, mine, event, at)


def _giving(
    kind: rules.EventKind,
    given_at: datetime,
    how: str,
    evidence: str,
    text: ConsentText | None,
    ends_on: date | None,
    evidence_file: EvidenceFile | None,
) -> ConsentEvent:
    said = evidence.strip() or (evidence_file.name if evidence_file else "")
    return ConsentEvent(
        kind=kind,
        at=given_at,
        how=how,
        evidence=said,
        evidence_file=evidence_file,
        text=text,
        proof=bool(said) and text is not None,
        ends_on=ends_on,
    )


def _demand_way(how: str, channel: str) -> None:
    if how not in RECORDED_HOW:
        raise ValidationError(
            {"how": _("This way is recorded by the portal itself. Choose how the customer told you.")}
        )
    if channel == "email" and how in (How.WEB_FORM, How.API):
        raise ValidationError(
            {
                "how": _(
                    "A form proves nothing about an e-mail address. Start a double opt-in: the customer confirms it."
                )
            }
        )


def _demand_not_withdrawn_since(consent: Consent, given_at: datetime) -> None:
    if withdrawn_above(consent, given_at):
        raise ValidationError(
            _("The customer has withdrawn the reason above this one since then. Only a newer consent counts.")
        )


def _locked(consent: Consent, customer: Customer) -> Consent:
    """The row as it is now, under the lock of its customer."""
    mine = Consent.objects.get(pk=consent.pk)
    mine.customer = customer
    return mine


def _state(consent: Consent, at: datetime) -> str:
    thresholds = threshold_book().at(consent.purpose, consent.channel, at)
    return rules.state_at(consent.dates, at, consent.zone(), thresholds)

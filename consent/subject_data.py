"""What this room tells a customer of the data that are held (Art. 15 GDPR)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from consent.models import CallRecord, Consent, ConsentEvent, DataWish, PreferenceLink
from consent.rules import Thresholds
from consent.selectors import consents_of, sign_ups_for
from portal.subjects import Asked, Contributor, Section, item, record_of
from portal.vocabulary import ConsentState

if TYPE_CHECKING:
    from contacts.customers.models import Customer
    from portal.subjects import Record


def gather(asked: Asked) -> Iterator[Section]:
    yield _consents(asked)
    yield _events(asked.customer)
    yield _calls(asked.customer)
    yield _sign_ups(asked.customer)
    yield _links(asked.customer)
    yield _wishes(asked.customer)


def _proof_kept() -> str:
    return _(
        "While it is used, then three years to the end of the year (Art. 5(2), 17(3)(e) GDPR, sections 195, 199 BGB); "
        "a consumer's consent to calls five years from each use (section 7a UWG)."
    )


def _consents(asked: Asked) -> Section:
    rows = list(Consent.objects.filter(customer=asked.customer).select_related("text", "customer"))
    zone = rows[0].zone() if rows else None
    states = consents_of(asked.customer.pk, at=asked.at, zone=zone, thresholds=Thresholds()) if zone is not None else {}
    return Section(
        "consents",
        _("What you agreed to"),
        _("To contact you only for what you agreed to, and to prove it (Art. 7(1) GDPR)."),
        _proof_kept(),
        [_consent(row, str(states[row.purpose, row.channel, row.platform].state)) for row in rows],
        provided=True,
    )


def _consent(row: Consent, state: str) -> Record:
    said = record_of(row, "purpose", "channel", "platform")
    said.append(item("state", _("State"), state, str(ConsentState(state).label)))
    said += record_of(row, "given_at", "last_used_at", "ends_on", "withdrawn_at", "proof", "keep_until")
    if row.text is not None:
        said.append(item("wording", _("Wording"), row.text.reference))
    return said


def _events(customer: Customer) -> Section:
    rows = ConsentEvent.objects.filter(consent__customer=customer).select_related("consent", "text", "evidence_file")
    return Section(
        "consent_events",
        _("What happened to your consents"),
        _("To prove when, how and with which words you agreed or took it back (Art. 7(1) GDPR)."),
        _proof_kept(),
        [_event(row) for row in rows],
    )


def _event(row: ConsentEvent) -> Record:
    said = [
        item("consent", _("Consent"), f"{row.consent.purpose}/{row.consent.channel}", str(row.consent)),
        item("kind", _("what"), row.kind, row.word),
    ]
    said += record_of(row, "at", "how", "evidence", "ip", "user_agent", "origin", "ends_on")
    if row.evidence_file is not None:
        said.append(item("file", _("file"), row.evidence_file.name))
    return said


def _calls(customer: Customer) -> Section:
    rows = CallRecord.objects.filter(event__consent__customer=customer)
    return Section(
        "call_records",
        _("Records about your consent to calls"),
        _("Section 7a UWG obliges us to document it."),
        _proof_kept(),
        [record_of(row, "person", "company", "scope", "given_at", "manner") for row in rows],
    )


def _sign_ups(customer: Customer) -> Section:
    rows = sign_ups_for(customer)
    names = ("address", "purpose", "first_name", "last_name")
    more = (
        ("requested_at", _("Requested")),
        ("confirmed_at", _("Confirmed")),
        ("request_ip", _("network address, truncated")),
        ("request_agent", _("browser")),
    )
    return Section(
        "sign_ups",
        _("Sign-ups with your address"),
        _("To make sure that a sign-up comes from the owner of the address."),
        _("Unconfirmed ones 14 days."),
        [record_of(row, *names, *more) for row in rows],
        provided=True,
    )


def _links(customer: Customer) -> Section:
    rows = PreferenceLink.objects.filter(customer=customer)
    names = (("created_at", _("made")), ("expires_at", _("valid until")))
    return Section(
        "preference_links",
        _("Links to your own page"),
        _("So that you can see and change your choices without an account."),
        _("Until they have outlived themselves."),
        [record_of(row, ("kind", _("what")), *names) for row in rows],
    )


def _wishes(customer: Customer) -> Section:
    rows = DataWish.objects.filter(customer=customer)
    return Section(
        "questions",
        _("What you asked us about your data"),
        _("To answer you (Art. 12(3) GDPR)."),
        _("The words go with an erasure; that you asked stays."),
        [record_of(row, ("about", _("About")), ("message", _("Your words")), ("asked_at", _("when"))) for row in rows],
        provided=True,
    )


SUBJECT_DATA = Contributor(
    models=(
        "consent.Consent",
        "consent.ConsentEvent",
        "consent.CallRecord",
        "consent.OptIn",
        "consent.PreferenceLink",
        "consent.DataWish",
    ),
    gather=gather,
)

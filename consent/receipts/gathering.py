"""Reading from the ledger what a receipt is made from."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from consent import rules
from consent.models import Consent, ConsentEvent, ConsentText
from consent.receipts.grant import Act, Company, Grant, Wording, Words
from consent.rules.folding import GIVING
from consent.selectors import consents_of, threshold_book

if TYPE_CHECKING:
    from contacts.customers.models import Customer

Effective = tuple[ConsentEvent, ConsentEvent]  # what happened, and the entry that holds its values today


def company() -> Company:
    return Company(
        name=settings.COMPANY_NAME,
        country=settings.COMPANY_COUNTRY,
        page=settings.SITE_URL + reverse("preferences"),
        address=settings.COMPANY_ADDRESS,
        email=settings.COMPANY_EMAIL,
        phone=settings.COMPANY_PHONE,
        policy_url=settings.PRIVACY_POLICY_URL,
    )


def pseudonym(noun: str, key: object) -> str:
    """A UUID that is the same every time and tells nobody outside which row it stands for."""
    secret = hmac.new(settings.SECRET_KEY.encode(), b"consent.receipt", hashlib.sha256).digest()
    return str(UUID(bytes=hmac.new(secret, f"{noun}:{key}".encode(), hashlib.sha256).digest()[:16], version=4))


def grants_of(customer: Customer, *, at: datetime, language: str) -> list[Grant]:
    """Every consent of a customer that has a story; the number of queries does not grow with them."""
    return _grants(customer, Consent.objects.filter(customer=customer), at, language)


def grant_of(consent: Consent, *, at: datetime, language: str) -> Grant:
    """One consent of a customer."""
    return _grants(consent.customer, Consent.objects.filter(pk=consent.pk), at, language)[0]


def _grants(customer: Customer, rows: Iterable[Consent], at: datetime, language: str) -> list[Grant]:
    found = {consent.pk: consent for consent in rows}
    events = ConsentEvent.objects.filter(consent_id__in=found).select_related("text").order_by("at", "pk")
    stories: dict[int, list[ConsentEvent]] = {pk: [] for pk in found}
    for event in events:
        stories[event.consent_id].append(event)
    answers = consents_of(customer.pk, at=at, zone=_zone(customer), thresholds=rules.Thresholds())
    book = threshold_book()
    with translation.override(language):
        made = []
        for consent in found.values():
            consent.customer = customer
            state = answers[consent.purpose, consent.channel, consent.platform].state
            made.append(_grant(consent, stories[consent.pk], state, book.at(consent.purpose, consent.channel, at)))
        return made


def _zone(customer: Customer):
    return Consent(customer=customer).zone()


def _grant(consent: Consent, story: list[ConsentEvent], state: str, thresholds: rules.Thresholds) -> Grant:
    dates = consent.dates
    ends = rules.expires_at(dates, consent.zone(), thresholds) if dates.given_at else None
    effective = _effective(story)
    wordings = {values.text.pk: values.text for _event, values in effective if values.text is not None}
    return Grant(
        record_id=pseudonym("consent", consent.pk),
        principal_id=pseudonym("customer", consent.customer_id),
        purpose=consent.purpose,
        channel=consent.channel,
        platform=consent.platform,
        state=state,
        proof=consent.proof,
        language=translation.get_language() or "de",
        words=_words(consent, state, ends),
        doi_days=thresholds.doi_ttl_days,
        given_at=consent.given_at,
        given_how=consent.given_how,
        given_how_words=str(ConsentEvent.How(consent.given_how).label) if consent.given_how else "",
        expires_at=ends,
        keep_until=consent.keep_until,
        acts=_acts(consent, effective, ends),
        wordings=tuple(_wording(text) for text in wordings.values()),
    )


def _effective(story: Sequence[ConsentEvent]) -> list[Effective]:
    """Each entry with the one that holds its values today; what was annulled is left out."""
    corrections = {event.corrects_id: event for event in story if event.corrects_id}
    return [
        (event, corrections.get(event.pk, event))
        for event in story
        if not event.corrects_id and not (event.pk in corrections and corrections[event.pk].annuls)
    ]


def _acts(consent: Consent, effective: list[Effective], ends: datetime | None) -> tuple[Act, ...]:
    giving = [event.pk for event, _values in effective if event.kind in GIVING]
    return tuple(
        _act(consent, event, values, ends if giving and event.pk == giving[-1] else None) for event, values in effective
    )


def _act(consent: Consent, event: ConsentEvent, values: ConsentEvent, ends: datetime | None) -> Act:
    last_day = rules.ends_at(rules.ConsentDates(ends_on=values.ends_on), consent.zone())
    return Act(
        kind=event.kind,
        at=values.about_at or event.at,
        how=event.how,
        how_words=str(event.get_how_display()),
        proof=values.proof,
        wording=values.text.reference if values.text else "",
        until=(ends or last_day) if event.kind in GIVING else None,
    )


def _wording(text: ConsentText) -> Wording:
    return Wording(text.reference, text.language, text.title, text.body, text.sha256, text.valid_from)


def _words(consent: Consent, state: str, ends: datetime | None) -> Words:
    return Words(
        purpose=str(consent.get_purpose_display()),
        way=consent.get_way_display(),
        third_party=consent.get_way_display() if consent.platform else "",
        no_wording=_("No wording is on record."),
        kept=_("until a consent is given, or the request for it has run out"),
        termination=_termination(consent, state, ends),
        unproven=_("How it was given is not on record so that it can be proven."),
    )


def _termination(consent: Consent, state: str, ends: datetime | None) -> str:
    zone = consent.zone()
    if state == "withdrawn" and consent.withdrawn_at is not None:
        day = date_format(consent.withdrawn_at.astimezone(zone), "SHORT_DATE_FORMAT")
        return _("Withdrawn on %(day)s.") % {"day": day}
    if ends is None:
        return _("When it is withdrawn.")
    last_day = date_format((ends - timedelta(microseconds=1)).astimezone(zone), "SHORT_DATE_FORMAT")
    if state == "expired":
        return _("It ended; the last day was %(day)s.") % {"day": last_day}
    return _("When it is withdrawn; without a further use the last day is %(day)s.") % {"day": last_day}

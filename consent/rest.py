"""The API of one customer's consents (docs/api.md): what the pages can do, by the same forms and verbs."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Router

from consent import rest_bodies as bodies
from consent import services
from consent.forms.consents import ConsentForm, WayForm
from consent.models import Consent
from consent.receipts.packing import receipt_of
from consent.selectors import ConsentAnswer, answer_of, consents_of, get_consent
from consent.services.evidence import evidence_of, only_with_entry
from consent.views.story import FILE_READERS
from contacts.customers.models import Customer
from contacts.customers.selectors import get_customer, get_for_proof
from portal.access.roles import require_role
from portal.machines.models import Scope
from portal.machines.names import Key as RowKey
from portal.machines.once import Answer
from portal.machines.paging import Paging, demand_known, page_of
from portal.machines.problems import Problem, unprocessable
from portal.machines.rest import (
    KEYED,
    POSTED,
    READABLE,
    Key,
    ProblemOut,
    acted,
    caller_of,
    checked,
    person_of,
    told,
)

router = Router(tags=["consents"])
READ, WRITE = Key(Scope.CONSENTS_READ), Key(Scope.CONSENTS_WRITE)
WRITE_WITH_FILE = Key(Scope.CONSENTS_WRITE, longest=bodies.LONGEST_BODY)


@router.get(
    "/{str:number}/consents",
    auth=READ,
    response={200: bodies.ConsentsOut, **READABLE},
    url_name="api_consents",
    summary="List the consents of a customer",
)
def consents(request: HttpRequest, number: str, paging: Query[Paging]) -> JsonResponse:
    """What the customer agreed to, each with its state now."""
    customer = get_customer(person_of(request), number)
    rows, links = page_of(request, Consent.objects.filter(customer=customer), paging)
    states = _states(customer, request)
    items = [bodies.consent_told(states[row.purpose, row.channel, row.platform], row) for row in rows]
    return told({"items": items, **links})


def _states(customer: Customer, request: HttpRequest) -> dict[tuple[str, str, str], ConsentAnswer]:
    at, zone = caller_of(request).at, Consent(customer=customer).zone()
    return consents_of(customer.pk, at=at, zone=zone, thresholds=services.DEFAULT)


@router.post(
    "/{str:number}/consents",
    auth=WRITE_WITH_FILE,
    response={201: bodies.ConsentOut, **POSTED},
    url_name="api_consents",
    summary="Enter a consent",
    openapi_extra=KEYED,
)
def consent_give(request: HttpRequest, number: str, body: bodies.ConsentNew) -> JsonResponse:
    """The customer agreed. Without wording and evidence nobody can prove it, and advertising may not rest on it."""
    user, at = person_of(request), caller_of(request).at
    require_role(user, *services.KEEPERS)
    customer = get_customer(user, number)

    def act() -> Answer:
        # With a key this runs only if the call is new, and what fails after it must not leave the file behind.
        way = checked(WayForm(body.model_dump(include={"purpose", "channel", "platform"})))
        words = _evidence_words(body, Consent(customer=customer, **way), request)
        with evidence_of(user, words.pop("file"), at=at) as file:
            files.extend([file] if file is not None else [])
            made = services.give_consent(user, customer=customer, at=at, evidence_file=file, **way, **words)
        return 201, _as_it_stands(made, request)

    with only_with_entry() as files:
        return acted(request, act, new="id")


def _evidence_words(body: bodies.ConsentNew, about: Consent, request: HttpRequest) -> dict[str, Any]:
    """The fields of the page's form, checked by it."""
    upload = _upload(body.file)
    form = ConsentForm(
        body.model_dump(exclude={"purpose", "channel", "platform", "file"}),
        {"file": upload} if upload is not None else {},
        about=about,
        by=person_of(request),
    )
    return checked(form)


def _upload(sent: bodies.FileNew | None) -> SimpleUploadedFile | None:
    if sent is None:
        return None
    try:
        return SimpleUploadedFile(sent.name, base64.b64decode(sent.content, validate=True))
    except (binascii.Error, ValueError) as error:
        raise unprocessable({"file.content": [_("This is no Base64.")]}) from error


def _as_it_stands(consent: Consent, request: HttpRequest) -> dict[str, Any]:
    at = caller_of(request).at
    return bodies.consent_told(answer_of(consent, at=at, zone=consent.zone(), thresholds=services.DEFAULT), consent)


@router.get(
    "/{str:number}/consents/{int:consent}",
    auth=READ,
    response={200: bodies.ConsentOut, **READABLE},
    url_name="api_consent",
    summary="Read a consent",
)
def consent(request: HttpRequest, number: str, consent: RowKey) -> JsonResponse:
    """One consent as it stands now; the data protection officer and the auditor see it after an erasure too."""
    return told(_as_it_stands(_seen(request, number, consent), request))


@router.get(
    "/{str:number}/consents/{int:consent}/history",
    auth=READ,
    response={200: bodies.EventsOut, **READABLE},
    url_name="api_consent_history",
    summary="Read what happened to a consent",
)
def history(request: HttpRequest, number: str, consent: RowKey, paging: Query[Paging]) -> JsonResponse:
    """Every event, the one recorded last first."""
    events = _seen(request, number, consent).events.select_related("evidence_file")
    rows, links = page_of(request, events, paging)
    reads = person_of(request).has_role(*FILE_READERS)
    return told({"items": [bodies.event_told(row, with_evidence=reads) for row in rows], **links})


@router.get(
    "/{str:number}/consents/{int:consent}/receipt",
    auth=READ,
    response={200: dict[str, Any], 409: ProblemOut, **READABLE},
    url_name="api_consent_receipt",
    summary="Get the receipt of a consent",
)
def receipt(request: HttpRequest, number: str, consent: RowKey, kind: Query[bodies.ReceiptFormat]) -> JsonResponse:
    """The receipt that the pages offer, of ISO/IEC TS 27560 or of Kantara 1.1."""
    demand_known(request, kind)
    require_role(person_of(request), *FILE_READERS)
    mine, at = _seen(request, number, consent), caller_of(request).at
    try:
        content = receipt_of(mine, kind.format, at=at, language=(get_language() or "de")[:2])
    except ValueError as error:
        raise Problem(409, _("No consent was given yet, so there is no receipt in this format.")) from error
    return told(json.loads(content))


@router.post(
    "/{str:number}/consents/{int:consent}/withdraw",
    auth=WRITE,
    response={200: bodies.ConsentOut, **POSTED},
    url_name="api_consent_withdraw",
    summary="Withdraw a consent",
    openapi_extra=KEYED,
)
def consent_withdraw(request: HttpRequest, number: str, consent: RowKey, body: bodies.WithdrawalNew) -> JsonResponse:
    """The customer takes it back (Art. 7(3) GDPR): it counts from the answer on, and what lies below the purpose goes
    along."""
    user, at = person_of(request), caller_of(request).at
    require_role(user, *services.WITHDRAWERS)
    mine = get_consent(get_customer(user, number), consent)

    def act() -> Answer:
        ended = services.withdraw_consent(user, consent=mine, at=at, **body.model_dump())
        return 200, _as_it_stands(ended, request)

    return acted(request, act)


def _seen(request: HttpRequest, number: str, key: int) -> Consent:
    return get_consent(get_for_proof(person_of(request), number), key)

"""The API of permits (docs/api.md): read, use, and say how the contact went, by the verbs of the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from contacts.requests import requests_bodies as bodies
from contacts.requests.deciding import answer, standing
from contacts.requests.models import Permit
from contacts.requests.permit_forms import LogForm
from contacts.requests.presenting import refusal_words
from contacts.requests.rules import PermitState
from contacts.requests.selectors import get_permit
from contacts.requests.services import permits as verbs
from contacts.requests.stricter import terms_of
from portal.machines.models import Scope
from portal.machines.names import Key as RowKey
from portal.machines.once import Answer, OnlyNow
from portal.machines.paging import page_of
from portal.machines.problems import Problem
from portal.machines.rest import KEYED, POSTED, READABLE, Key, acted, caller_of, checked, person_of, told

router = Router(tags=["permits"])
READ, WRITE = Key(Scope.REQUESTS_READ), Key(Scope.PERMITS_WRITE)


@router.get(
    "", auth=READ, response={200: bodies.PermitsOut, **READABLE}, url_name="api_permits", summary="List permits"
)
def permits(request: HttpRequest, filters: Query[bodies.PermitFilters]) -> JsonResponse:
    """Own permits, or all that this person may see; the newest first."""
    user, at = person_of(request), caller_of(request).at
    rows = Permit.objects.visible_to(user).select_related("customer", "holder").annotate(uses_made=Count("uses"))
    rows = rows.filter(holder=user) if filters.whose == "own" else rows
    found, links = page_of(request, rows, filters)
    return told({"items": [bodies.permit_line(row, at, uses=row.uses_made) for row in found], **links})


@router.get(
    "/{str:number}",
    auth=READ,
    response={200: bodies.PermitOut, **READABLE},
    url_name="api_permit",
    summary="Read a permit",
)
def permit(request: HttpRequest, number: str) -> JsonResponse:
    """A permit and its standing now, derived whatever the bookkeeping says."""
    mine, at = get_permit(person_of(request), number), caller_of(request).at
    line = bodies.permit_line(mine, at, uses=mine.uses.count())
    return told({**line, **_standing(mine, line["state"], at), "conditions": list(terms_of(mine.request).words)})


def _standing(mine: Permit, state: str, at: Any) -> dict[str, Any]:
    if state != PermitState.ACTIVE:
        return {"usable": False, "not_now": False, "because": ""}
    now = standing(answer(mine.request, at=at, now_not_planned=True), mine)
    return {"usable": now.usable, "not_now": now.not_now, "because": now.because}


@router.post(
    "/{str:number}/redeem",
    auth=WRITE,
    response={201: bodies.UseOut, **POSTED},
    url_name="api_permit_redeem",
    summary="Use a permit",
    openapi_extra=KEYED,
)
def permit_redeem(request: HttpRequest, number: str, body: bodies.Redeeming) -> JsonResponse:
    """The holder is about to make contact: decided once more. 409 says why not; where the grounds are gone the permit
    has ended with that answer. Where it only rests, the same call can be sent again later, under the same key."""
    user, at = person_of(request), caller_of(request).at
    mine = get_permit(user, number)

    def act() -> Answer:
        done = verbs.redeem(user, permit=mine, at=at, conditions_read=body.conditions_read)
        if done.use is None:
            said = Problem(409, refusal_words(done)).body()
            return 409, OnlyNow(said) if done.not_now else said
        return 201, {"permit": mine.number, "use": done.use.use_number, "at": done.use.at.isoformat()}

    return acted(request, act, new="use", at=f"{request.path.removesuffix('/redeem')}/uses")


@router.post(
    "/{str:number}/uses/{int:use}/outcome",
    auth=WRITE,
    response={201: bodies.OutcomeOut, **POSTED},
    url_name="api_permit_outcome",
    summary="Say how a contact went",
    openapi_extra=KEYED,
)
def permit_outcome(request: HttpRequest, number: str, use: RowKey, body: bodies.Outcome) -> JsonResponse:
    """What the person refused in the contact counts with the answer. The next use needs this outcome."""
    user, at = person_of(request), caller_of(request).at
    mine = get_permit(user, number)
    made = get_object_or_404(mine.uses.filter(used_by=user).select_related("permit"), use_number=use)

    def act() -> Answer:
        values = checked(LogForm(body.model_dump(), permit=mine))
        return 201, bodies.outcome_told(verbs.log_contact(user, use=made, at=at, **values), mine.number)

    return acted(request, act, about=mine.customer.number)

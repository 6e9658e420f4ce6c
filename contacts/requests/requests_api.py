"""The API of requests (docs/api.md): what the pages can do, by the same form and verbs. Nobody approves here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Query, Router

from contacts.customers.models import Customer
from contacts.customers.selectors import get_customer
from contacts.requests import freezing
from contacts.requests import requests_bodies as bodies
from contacts.requests.api_bodies import Verdict, demand_one_account
from contacts.requests.context import Context, load
from contacts.requests.deciding import ASKERS, answer
from contacts.requests.forms import COMPANY, PRIVATE, QuestionForm, is_shared_device
from contacts.requests.models import ContactRequest
from contacts.requests.selectors import get_request
from contacts.requests.services import asking, submitting
from contacts.requests.services.common import lock_request
from contacts.requests.verdicts import verdict_of
from portal.access.roles import require_role
from portal.machines.models import Scope
from portal.machines.once import Answer
from portal.machines.paging import page_of
from portal.machines.rest import (
    CHANGED,
    KEYED,
    MATCHED,
    POSTED,
    READABLE,
    Key,
    acted,
    caller_of,
    checked,
    person_of,
    told,
)
from portal.machines.versions import demand_unchanged
from portal.people.models import User

router = Router(tags=["requests"])
READ, WRITE = Key(Scope.REQUESTS_READ), Key(Scope.REQUESTS_WRITE)


@router.get(
    "", auth=READ, response={200: bodies.RequestsOut, **READABLE}, url_name="api_requests", summary="List requests"
)
def requests(request: HttpRequest, filters: Query[bodies.RequestFilters]) -> JsonResponse:
    """Own requests, or all that this person may see; the newest first."""
    user = person_of(request)
    own = ContactRequest.objects.filter(requester=user)
    rows = own if filters.whose == "own" else ContactRequest.objects.visible_to(user)
    rows = rows.filter(state=filters.state) if filters.state else rows
    found, links = page_of(request, rows.select_related("customer", "requester", "permit"), filters)
    return told({"items": [bodies.line_of(row) for row in found], **links})


@router.post(
    "",
    auth=WRITE,
    response={201: bodies.RequestOut, **POSTED},
    url_name="api_requests",
    summary="Draft a request",
    openapi_extra=KEYED,
)
def request_draft(request: HttpRequest, body: bodies.RequestNew) -> JsonResponse:
    """A draft, which the rules answer at once. Submit it to get a permit or a decision."""
    user, at = person_of(request), caller_of(request).at
    require_role(user, *ASKERS)
    demand_one_account(body.account, private=body.private_account)
    customer = get_customer(user, body.customer)

    def act() -> Answer:
        values = _asked(customer, user, body.model_dump(exclude={"customer"}), at)
        return 201, bodies.request_told(asking.ask(user, customer=customer, at=at, **values)[0])

    return acted(request, act, tagged=True, new="number")


def _asked(
    customer: Customer, user: User, sent: dict[str, Any], at: Any, draft: ContactRequest | None = None
) -> dict[str, Any]:
    """What the page's form makes of it."""
    context = load(customer, user, at=at)
    data = {name: value for name, value in sent.items() if name not in ("account", "private_account")}
    data["account_choice"] = _choice(context, sent)
    # A fresh row: the form writes what it reads into the one that it is given.
    instance = ContactRequest.objects.get(pk=draft.pk) if draft is not None else None
    form = QuestionForm(data, context=context, instance=instance)
    checked(form, account_choice="account")
    return form.asked()


def _choice(context: Context, sent: dict[str, Any]) -> str:
    """The page offers the official account of the channel, shared devices, and one's own."""
    if sent["private_account"]:
        return PRIVATE
    point = next((point for point in context.points if point.pk == sent["contact_point"]), None)
    official = context.default_account(point) if point is not None else None
    if sent["account"] is None or (official is not None and official.pk == sent["account"]):
        return COMPANY
    return str(sent["account"])


@router.get(
    "/{str:number}",
    auth=READ,
    response={200: bodies.RequestOut, **READABLE},
    url_name="api_request",
    summary="Read a request",
)
def request_read(request: HttpRequest, number: str) -> JsonResponse:
    """One request for those who have to do with it; the ETag is what a change of a draft is asked for with."""
    user = person_of(request)
    asked = get_request(user, number)
    freezing.show_as_handed_in(asked, user)
    return told(bodies.request_told(asked), tagged=True)


@router.get(
    "/{str:number}/answer",
    auth=READ,
    response={200: Verdict, **READABLE},
    url_name="api_request_answer",
    summary="Decide about a request again",
)
def request_answer(request: HttpRequest, number: str) -> JsonResponse:
    """What the rules say about it now, with reasons in both languages and other ways. Nothing is kept."""
    asked = get_request(person_of(request), number)
    given = answer(asked, at=caller_of(request).at)
    return told(verdict_of(given.decision, given.outcome))


@router.patch(
    "/{str:number}",
    auth=WRITE,
    response={200: bodies.RequestOut, **CHANGED},
    url_name="api_request",
    summary="Change a draft",
    openapi_extra=MATCHED,
)
def request_change(request: HttpRequest, number: str, body: bodies.RequestChange) -> JsonResponse:
    """Change the fields of an own draft that are named; the rules answer anew."""
    user, now = person_of(request), caller_of(request).at
    require_role(user, *ASKERS)
    asked = get_request(user, number)

    def act() -> Answer:
        locked, at = lock_request(asked, now)
        demand_unchanged(request, bodies.request_told(locked))
        sent = _present(locked) | body.model_dump(exclude_unset=True)
        demand_one_account(body.account, private=sent["private_account"])
        values = _asked(locked.customer, user, sent, at, locked)
        return 200, bodies.request_told(asking.edit(user, request=locked, at=at, **values)[0])

    return acted(request, act, tagged=True)


def _present(asked: ContactRequest) -> dict[str, Any]:
    """What a draft says, as the page repeats it: only a shared device was chosen, any other account follows the
    address."""
    values = {name: getattr(asked, name) for name in (*bodies.FIELDS, "private_account")}
    device = asked.account_id if is_shared_device(asked.account) else None
    return values | {"contact_point": asked.contact_point_id, "account": device}


@router.post(
    "/{str:number}/submit",
    auth=WRITE,
    response={200: bodies.RequestOut, **POSTED},
    url_name="api_request_submit",
    summary="Hand a draft in",
    openapi_extra=KEYED,
)
def request_submit(request: HttpRequest, number: str) -> JsonResponse:
    """A permit at once, people who decide, or a refusal by the rules."""
    return _moved(request, number, submitting.submit)


@router.post(
    "/{str:number}/cancel",
    auth=WRITE,
    response={200: bodies.RequestOut, **POSTED},
    url_name="api_request_cancel",
    summary="Take a request back",
    openapi_extra=KEYED,
)
def request_cancel(request: HttpRequest, number: str) -> JsonResponse:
    """An own request that is open."""
    return _moved(request, number, submitting.cancel)


def _moved(request: HttpRequest, number: str, verb: Any) -> JsonResponse:
    user, at = person_of(request), caller_of(request).at
    asked = get_request(user, number)

    def act() -> Answer:
        return 200, bodies.request_told(verb(user, request=asked, at=at))

    return acted(request, act, tagged=True)

"""Version 1 of the API: the rooms' routers under one roof, and every fault as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as BodyError

from consent.rest import router as consents
from contacts.customers.api import router as customers
from contacts.requests.accounts_api import router as accounts
from contacts.requests.api import router as decisions
from contacts.requests.permits_api import router as permits
from contacts.requests.requests_api import router as requests
from contacts.requests.services.common import NotNow
from contacts.screening.api import router as screenings
from portal.api.words import sentence_of
from portal.machines.door import demand_length, unread
from portal.machines.problems import Problem, refused, unexpected, unprocessable
from portal.machines.rest import JsonParser, caller_of
from training.api import router as certificates

api = NinjaAPI(
    title="Kontaktklar",
    version="1",
    description="May this customer be contacted, for this reason, over this channel, from this account, at this time?",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api_v1",
    parser=JsonParser(),
)
api.add_router("accounts", accounts)
api.add_router("decisions", decisions)
api.add_router("customers", customers)
api.add_router("customers", consents)
api.add_router("requests", requests)
api.add_router("permits", permits)
api.add_router("certificates", certificates)
api.add_router("screenings", screenings)


@api.exception_handler(Problem)
def _problem(_request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(BodyError)
def _unreadable(request: HttpRequest, refusal: BodyError) -> HttpResponse:
    if any(len(error["loc"]) == 2 and error["loc"][0] == "body" for error in refusal.errors):
        return _without_body(request).response()
    errors: dict[str, list[str]] = {}
    for error in refusal.errors:
        errors.setdefault(_field(error), []).append(sentence_of(error))
    return unprocessable(errors).response()


@api.exception_handler(RequestDataTooBig)
@api.exception_handler(UnreadablePostError)
def _unread(request: HttpRequest, error: RequestDataTooBig | UnreadablePostError) -> HttpResponse:
    """Ninja looks at the body before our parser does."""
    return unread(error, caller_of(request).longest).response()


def _without_body(request: HttpRequest) -> Problem:
    try:
        demand_length(request)
    except Problem as problem:
        return problem
    return Problem(400, _("The body is no JSON that can be read."))


def _field(error: dict[str, Any]) -> str:
    """Where it is: `("body", "asked", "purpose")` is the field purpose."""
    return ".".join(str(part) for part in error["loc"][2:]) or str(error["loc"][-1])


@api.exception_handler(Http404)
def _missing(_request: HttpRequest, _missing: Http404) -> HttpResponse:
    return Problem(404, _("There is nothing at this address that this key may see.")).response()


@api.exception_handler(NotNow)
def _too_late(_request: HttpRequest, refusal: NotNow) -> HttpResponse:
    return Problem(409, " ".join(refusal.messages)).response()


@api.exception_handler(ValidationError)
def _refused(_request: HttpRequest, refusal: ValidationError) -> HttpResponse:
    return refused(refusal).response()


@api.exception_handler(PermissionDenied)
def _forbidden(_request: HttpRequest, _denied: PermissionDenied) -> HttpResponse:
    return Problem(403, _("The person in whose place this system acts may not do this.")).response()


@api.exception_handler(HttpError)
def _other(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Problem):  # from our parser
        return error.__cause__.response()
    if error.status_code == 400:
        return Problem(400, _("The body is no JSON that can be read.")).response()
    return Problem(error.status_code, _("This does not work.")).response()


@api.exception_handler(Exception)
def _unexpected(_request: HttpRequest, _error: Exception) -> HttpResponse:
    """A fault of ours. A machine reads it as it reads every other; the transaction has rolled back."""
    return unexpected().response()

"""Version 1 of the API: the rooms' routers under one roof, and every fault as problem details (RFC 9457)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as BodyError

from contacts.requests.api import router as decisions
from contacts.screening.api import router as screenings
from portal.api.words import sentence_of
from portal.machines.problems import Problem, unprocessable
from portal.machines.rest import JsonParser

api = NinjaAPI(
    title="Kontaktklar",
    version="1",
    description="May this customer be contacted, for this reason, over this channel, from this account, at this time?",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api_v1",
    parser=JsonParser(),
)
api.add_router("decisions", decisions)
api.add_router("screenings", screenings)


@api.exception_handler(Problem)
def _problem(_request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(BodyError)
def _unreadable(_request: HttpRequest, refusal: BodyError) -> HttpResponse:
    if any(len(error["loc"]) == 2 and error["loc"][0] == "body" for error in refusal.errors):
        return Problem(400, _("The body is no JSON that can be read.")).response()  # there is none at all
    errors: dict[str, list[str]] = {}
    for error in refusal.errors:
        errors.setdefault(_field(error), []).append(sentence_of(error))
    return unprocessable(errors).response()


def _field(error: dict[str, Any]) -> str:
    """Where it is: `("body", "asked", "purpose")` is the field purpose."""
    return ".".join(str(part) for part in error["loc"][2:]) or str(error["loc"][-1])


@api.exception_handler(Http404)
def _missing(_request: HttpRequest, _missing: Http404) -> HttpResponse:
    return Problem(404, _("There is nothing at this address that this key may see.")).response()


@api.exception_handler(HttpError)
def _other(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Problem):  # from our parser
        return error.__cause__.response()
    if error.status_code == 400:
        return Problem(400, _("The body is no JSON that can be read.")).response()
    return Problem(error.status_code, _("This does not work.")).response()

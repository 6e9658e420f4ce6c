"""The API of screenings (docs/api.md): whole lists, answered by the worker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, ValidationError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router

from contacts.customers.importing.limits import megabytes
from contacts.customers.importing.reading import FileRefused
from contacts.screening import api_bodies as bodies
from contacts.screening.handing_out import download
from contacts.screening.models import ASKERS, Screening
from contacts.screening.services.receiving import Asker, KeyTaken, Readable, TooMany, receive
from portal.machines.door import demand_length
from portal.machines.models import Scope
from portal.machines.problems import Problem, refused, said_twice, unprocessable
from portal.machines.rest import (
    PROBLEMS,
    READABLE,
    Caller,
    Key,
    ProblemOut,
    caller_of,
    demand_asker,
    idempotency_key,
    may_not_ask,
    told,
)

router = Router(tags=["screenings"])
ASK, READ = Key(Scope.SCREENINGS_WRITE), Key(Scope.SCREENINGS_READ)
MULTIPART = "multipart/form-data"
#: Of a body in parts what is not the list.
AROUND = 1 << 20


@router.post(
    "",
    auth=ASK,
    response={202: bodies.ScreeningOut, 409: ProblemOut, **PROBLEMS},
    url_name="api_screenings",
    summary="Send a list to be checked",
    openapi_extra=bodies.ASKING,
)
def ask(request: HttpRequest) -> JsonResponse:
    """Take a list in (CSV, XLSX or JSON lines, as the body or as the part `file`) and answer it in the background."""
    caller, key = caller_of(request), idempotency_key(request)
    with _unreadable():
        upload, name = _upload(request)
        wanted = bodies.wanted(request)
    with _refusals():
        asker = Asker(caller.token.acts_for, caller.token)
        screening = receive(asker, upload=upload, file_name=name, wanted=wanted, key=key, at=caller.at)
    answer = _told(screening, caller)
    return told(answer, 202, place=reverse("api_screening", args=[screening.number]))


@router.get(
    "/{uuid:number}",
    auth=READ,
    response={200: bodies.ScreeningOut, **READABLE},
    url_name="api_screening",
    summary="See how far a list is",
)
def screening(request: HttpRequest, number: UUID) -> JsonResponse:
    """State, progress and counts of a list that this system sent."""
    return told(_told(_own(request, number), caller_of(request)))


@router.get(
    "/{uuid:number}/result",
    auth=READ,
    response={200: str, 409: ProblemOut, 410: ProblemOut, **READABLE},
    url_name="api_screening_result",
    summary="Fetch the answers",
    openapi_extra=bodies.CSV,
)
def result(request: HttpRequest, number: UUID) -> HttpResponseBase:
    """One line for each row: its line, what stood there, the outcome, the rules that decided, the reason in words.

    Rows without an answer have the outcome `refused` and say why. CSV with semicolons, UTF-8 with a byte order mark.
    """
    found = _own(request, number)
    if found.is_open:
        raise Problem(409, _("The list has no answers yet. Ask again in a while."), headers={"Retry-After": "5"})
    if found.state == Screening.State.FAILED:
        raise Problem(409, _("The list was not answered: %(reason)s") % {"reason": found.refusal})
    if not found.has_result(caller_of(request).at):
        raise Problem(410, _("List and answers have been deleted, because the time to keep them is over."))
    return download(found)


def _own(request: HttpRequest, number: UUID) -> Screening:
    """A list that this system sent, while its person may still ask: as on the page."""
    token = caller_of(request).token
    if token.acts_for is not None:
        demand_asker(token.acts_for, *ASKERS)
    return get_object_or_404(Screening.objects.sent_by(token), number=number)


def _upload(request: HttpRequest) -> tuple[Readable, str]:
    """The list as a stream, and its name."""
    demand_length(request)
    room = AROUND if request.content_type == MULTIPART else 0
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.UPLOAD_MAX_BYTES + room:
        raise _too_large()
    if request.content_type == MULTIPART:
        files = request.FILES.getlist("file")
        if not files:
            raise unprocessable({"file": [_("Send the list as the part “file”.")]})
        if len(files) > 1:
            raise unprocessable({"file": [said_twice()]})
        return files[0], files[0].name or ""
    if request.content_type not in bodies.CONTENT_TYPES:
        raise Problem(415, _("Send the list as CSV, XLSX or JSON lines, as the body or as the part “file” of a form."))
    return request, request.GET.get("name", "")


def _too_large() -> Problem:
    limit = megabytes(settings.UPLOAD_MAX_BYTES)
    return Problem(413, _("The list is larger than %(limit)s MB. Split it.") % {"limit": limit})


@contextmanager
def _unreadable() -> Iterator[None]:
    """What Django says of a form whose parts cannot be told from each other, or which is too large."""
    try:
        yield
    except RequestDataTooBig as error:
        raise _too_large() from error
    except (MultiPartParserError, UnreadablePostError, SuspiciousOperation) as error:
        raise Problem(400, _("The parts of this form cannot be read.")) from error


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except KeyTaken as refusal:
        raise Problem(409, " ".join(refusal.messages)) from refusal
    except TooMany as refusal:
        raise Problem(429, " ".join(refusal.messages), headers={"Retry-After": "60"}) from refusal
    except FileRefused as refusal:
        raise unprocessable({"file": [str(refusal)]}) from refusal
    except PermissionDenied as refusal:
        raise may_not_ask() from refusal
    except ValidationError as refusal:
        raise refused(refusal) from refusal
    except UnreadablePostError as refusal:
        raise Problem(400, _("The list broke off on its way. Send it again.")) from refusal


def _told(screening: Screening, caller: Caller) -> dict[str, Any]:
    has_result = screening.has_result(caller.at)
    names = ("purpose", "channel", "rows", "rows_done", "counts", "file_name", "state")
    moments = ("at", "created_at", "started_at", "finished_at", "delete_after", "deleted_at")
    whens = {name: getattr(screening, name) for name in moments}
    return {
        "id": str(screening.number),
        **{name: getattr(screening, name) for name in names},
        **{name: when.isoformat() if when else None for name, when in whens.items()},
        "platform": screening.platform or None,
        "account": screening.account or None,
        "by": screening.named_by or None,
        "rule_set": screening.rule_set,
        "rule_set_hash": screening.rule_set_hash or None,
        "refusal": screening.refusal or None,
        "result": reverse("api_screening_result", args=[screening.number]) if has_result else None,
    }

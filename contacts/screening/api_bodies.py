"""What other systems ask about a list, and what they are told of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ValidationError as FieldError

from contacts.screening.models import Screening
from contacts.screening.services.receiving import Wanted
from portal.machines.problems import said_twice, unprocessable
from portal.machines.rest import Body
from portal.vocabulary import Channel, Platform, Purpose

AHEAD = timedelta(days=366)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONTENT_TYPES = (
    "text/csv",
    "text/plain",
    XLSX,
    "application/x-ndjson",
    "application/jsonl",
    "application/octet-stream",
)
StateName = Literal["queued", "running", "done", "failed"]
FLAGS = ("contains_promotion", "opt_out_included", "own_similar_products")
YES = {"true": True, "1": True, "false": False, "0": False}


class Question(Body):
    """The fields of a call, all texts as they stand in an address or a form."""

    purpose: str
    channel: str
    platform: str = ""
    account: str = ""
    by: str = ""
    at: str = ""
    name: str = ""
    contains_promotion: str = "false"
    opt_out_included: str = "false"
    own_similar_products: str = "false"


class ScreeningOut(Schema):
    """A list and how far it is. `counts` says how many rows have which outcome, `rule_set` under which rule set (number
    and hash); `refusal` why a list failed."""

    id: str
    state: StateName
    purpose: str
    channel: str
    platform: str | None
    account: str | None
    by: str | None
    at: str
    file_name: str
    rows: int
    rows_done: int
    counts: dict[str, int]
    rule_set: int | None
    rule_set_hash: str | None
    refusal: str | None
    created_at: str
    started_at: str | None
    finished_at: str | None
    delete_after: str
    deleted_at: str | None
    result: str | None


def wanted(request: HttpRequest) -> Wanted:
    """The question in the address, or in the fields of a form. Raises Problem 422."""
    try:
        question = Question(**_fields(request))
    except FieldError as refusal:
        raise unprocessable(
            {str(error["loc"][0]): [_said(error["type"])] for error in refusal.errors() if error["loc"]}
        ) from refusal
    _check(question)
    flags = {name: YES[getattr(question, name)] for name in FLAGS}
    return Wanted(
        purpose=question.purpose,
        channel=question.channel,
        platform=question.platform,
        account=question.account,
        named_by=question.by,
        at=_instant(question.at),
        **flags,
    )


def _fields(request: HttpRequest) -> dict[str, Any]:
    said = [*request.GET.lists(), *(request.POST.lists() if request.content_type == "multipart/form-data" else ())]
    fields: dict[str, Any] = {}
    twice: dict[str, list[str]] = {}
    for name, values in said:
        if name in fields or len(values) > 1:
            twice[name] = [said_twice()]
        fields[name] = values[-1]
    if twice:
        raise unprocessable(twice)
    return fields


def _said(kind: str) -> str:
    return _("This field is missing.") if kind == "missing" else _("There is no such field.")


def _check(question: Question) -> None:
    known = {
        "purpose": Purpose.values,
        "channel": Channel.values,
        "platform": ["", *Platform.values],
        "by": ["", *Screening.By.values],
        **{name: list(YES) for name in FLAGS},
    }
    errors = {
        name: [_("This must be one of: %(values)s.") % {"values": ", ".join(filter(None, values))}]
        for name, values in known.items()
        if getattr(question, name) not in values
    }
    if len(question.account) > 200 or not _can_be_kept(question.account):
        errors["account"] = [_("No account has such a name.")]
    if errors:
        raise unprocessable(errors)


def _can_be_kept(text: str) -> bool:
    return text.isprintable() and text.encode("utf-8", "replace").decode() == text


def _instant(text: str) -> datetime | None:
    """None: now."""
    if not text:
        return None
    # In an address a plus sign is a blank.
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or "T" not in text:
        raise unprocessable({"at": [_("This must be an instant with its offset, as in 2026-12-01T10:00:00+01:00.")]})
    now = timezone.now()
    try:
        fits = now - timedelta(minutes=5) <= at <= now + AHEAD
    except OverflowError:
        fits = False
    if not fits:
        raise unprocessable({"at": [_("Name an instant from now on, at most a year ahead.")]})
    return at


def _query(name: str, description: str, *values: str, required: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", **({"enum": list(values)} if values else {})}
    return {"in": "query", "name": name, "required": required, "schema": schema, "description": description}


_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
ASKING: dict[str, Any] = {
    "parameters": [
        _query("purpose", "The reason for the contact.", *Purpose.values, required=True),
        _query("channel", "The channel of the contact.", *Channel.values, required=True),
        _query("platform", "For messengers and networks, and only there.", *Platform.values),
        _query("account", "Name or key of the company account to use; without it the best that is open."),
        _query("by", "Which column names the customers; else the first that says something.", *Screening.By.values),
        {
            **_query("at", "When the contacts are to be made, with its offset (RFC 3339); without it now."),
            "schema": {"type": "string", "format": "date-time"},
        },
        _query("name", "What the list is called."),
        *(
            _query(name, description, "true", "false")
            for name, description in (
                ("contains_promotion", "true: the text advertises."),
                ("opt_out_included", "true: the text says how to object."),
                ("own_similar_products", "true: only about own products like those bought."),
            )
        ),
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "With the same list and question the same screening; with another list or question a 409.",
        },
    ],
    "requestBody": {
        "required": True,
        "description": "The list; as a form it is the part `file`, and the fields above may be parts too.",
        "content": {**dict.fromkeys(CONTENT_TYPES, _BINARY), "multipart/form-data": {"schema": _FORM}},
    },
}
CSV: dict[str, Any] = {"responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}}

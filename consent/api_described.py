"""The three calls of `consent.api` as OpenAPI describes them: their bodies are forms, which no schema is made of."""

from __future__ import annotations

from typing import Any

from contacts.customers.models import Objection
from portal.vocabulary import Channel, Platform, Purpose

PROBLEM = {"$ref": "#/components/schemas/ProblemOut"}
ORIGIN = {
    "type": "string",
    "minLength": 1,
    "maxLength": 60,
    "description": "The number that the entry has in your system. Sent again it gets the same answer.",
}
ENDED = {
    "type": "object",
    "properties": {"consents_ended": {"type": "integer", "minimum": 0}},
    "required": ["consents_ended"],
}
WAITING = {
    "type": "object",
    "properties": {"state": {"const": "waits_for_confirmation"}, "wording": {"type": "string"}},
    "required": ["state", "wording"],
}
REFUSALS = {
    "400": "No JSON",
    "401": "No valid key",
    "403": "The key does not allow it",
    "404": "No such customer",
    "409": "Origin with other content",
    "411": "No Content-Length",
    "413": "Too long",
    "415": "Not application/json",
    "422": "A field cannot be taken over",
    "429": "Too often",
}


def paths() -> dict[str, Any]:
    """By path, as in the description."""
    return {
        "/api/v1/opt-ins": _operation(
            "opt_ins",
            "Start a sign-up",
            "A confirmation mail goes out; the consent exists when the customer confirms.",
            ["address", "wording", "language"],
            {
                "address": _text(254, "The e-mail address to confirm."),
                "wording": _text(60, "The short name of a published wording."),
                "language": {"enum": ["de", "en"]},
                "customer": _text(40, "The customer's number, where it is known."),
                "first_name": _text(100),
                "last_name": _text(100),
                "ip": _text(45, "The network address of the person, of which a part is kept."),
                "user_agent": _text(300, "The browser of the person."),
            },
            ("202", WAITING),
        ),
        "/api/v1/withdrawals": _operation(
            "withdrawals",
            "Pass on a withdrawal",
            "A customer takes a purpose back on one way; it counts with the answer. Name customer or address.",
            ["purpose", "channel"],
            {
                **_whose(),
                "purpose": {"enum": list(Purpose.values)},
                "channel": {"enum": list(Channel.values)},
                "platform": {"enum": ["", *Platform.values]},
            },
            ("200", ENDED),
        ),
        "/api/v1/objections": _operation(
            "objections",
            "Pass on an objection",
            "A customer objects; it counts with the answer. Name customer or address.",
            ["scope"],
            {
                **_whose(),
                "scope": {"enum": list(Objection.Scope.values)},
                "channel": {"enum": ["", *Channel.values]},
            },
            ("200", ENDED),
        ),
    }


def _whose() -> dict[str, Any]:
    return {
        "customer": _text(40, "The customer's number."),
        "address": _text(254, "Everybody who has this e-mail address, or had it."),
        "note": _text(500),
    }


def _text(most: int, description: str = "") -> dict[str, Any]:
    return {"type": "string", "maxLength": most, **({"description": description} if description else {})}


def _operation(
    name: str,
    summary: str,
    description: str,
    needed: list[str],
    fields: dict[str, Any],
    answer: tuple[str, dict[str, Any]],
) -> dict[str, Any]:
    body = {
        "type": "object",
        "properties": {**fields, "origin": ORIGIN},
        "required": [*needed, "origin"],
        "additionalProperties": False,
    }
    status, told = answer
    responses: dict[str, Any] = {
        status: {"description": "Done", "content": {"application/json": {"schema": told}}},
        **{
            code: {"description": words, "content": {"application/json": {"schema": PROBLEM}}}
            for code, words in REFUSALS.items()
        },
    }
    return {
        "post": {
            "operationId": f"consent_api_{name}",
            "summary": summary,
            "description": description,
            "tags": ["passed on"],
            "parameters": [],
            "requestBody": {"content": {"application/json": {"schema": body}}, "required": True},
            "responses": responses,
            "security": [{"Key": []}],
        }
    }

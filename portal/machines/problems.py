"""What a machine is told when something does not work: RFC 9457, in whole sentences."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """Raise it anywhere behind the door; the transaction rolls back. `errors` names fields with their sentences."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.errors, self.headers = errors or {}, headers or {}

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"title": HTTPStatus(self.status).phrase, "status": self.status}
        body |= {"detail": self.detail}
        if self.errors:
            body["errors"] = dict(self.errors)
        return body

    def response(self) -> JsonResponse:
        headers = {"Cache-Control": "no-store", **self.headers}
        return JsonResponse(self.body(), status=self.status, headers=headers, content_type=CONTENT_TYPE)


def unprocessable(errors: Mapping[str, list[str]]) -> Problem:
    return Problem(422, _("Some fields cannot be taken over; nothing was changed."), errors=errors)


def said_twice() -> str:
    """Of one field that came twice the other would be left unheard."""
    return _("This stands twice. Send it once.")


def refused(refusal: ValidationError) -> Problem:
    """A verb said no: its own sentences."""
    if hasattr(refusal, "error_dict"):
        return unprocessable({name: list(words) for name, words in refusal.message_dict.items()})
    return Problem(422, " ".join(refusal.messages))


def unexpected() -> Problem:
    """Call while the fault of ours is handled: it is logged with its trace, and the caller learns nothing of it."""
    logger.exception("a call of the API failed")
    return Problem(500, _("Something went wrong on our side, and nothing was changed. Send it again later."))

"""Changing what was read, and nothing newer: `ETag` and `If-Match` (RFC 9110, sections 8.8.3 and 13.1.1)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from portal.machines.problems import Problem

if TYPE_CHECKING:
    from django.http import HttpRequest


def tag_of(told: dict[str, Any]) -> str:
    """The tag of what is told about a thing: another as soon as anything in it is another."""
    plain = json.dumps(told, sort_keys=True, cls=DjangoJSONEncoder)
    return f'"{hashlib.sha256(plain.encode()).hexdigest()[:32]}"'


def demand_unchanged(request: HttpRequest, told: dict[str, Any]) -> None:
    """Call under the lock of the thing. Raises Problem 428 without If-Match, 412 where the thing has changed since."""
    sent = request.headers.get("if-match", "").strip()
    if not sent:
        raise Problem(428, _("Send the ETag of what you read in If-Match, so that nobody's change is lost."))
    if sent != "*" and tag_of(told) not in parse_etags(sent):
        raise Problem(412, _("This has changed since you read it. Read it again, then decide."))

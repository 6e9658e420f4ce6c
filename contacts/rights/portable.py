"""What the person gave us, as a file for machines (Art. 20 GDPR): the format `kontaktklar-portability/1`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation

from contacts.customers.models import Customer
from portal.subjects import Asked, sections_about

if TYPE_CHECKING:
    from contacts.rights.models import DataRequest
    from portal.subjects import Section

FORMAT = "kontaktklar-portability/1"
#: JSON Schema (draft 2020-12) of the document; docs/rights.md shows it, and a test checks documents against it.
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": FORMAT,
    "type": "object",
    "additionalProperties": False,
    "required": ["format", "reference", "made_at", "controller", "sections"],
    "properties": {
        "format": {"const": FORMAT},
        "reference": {"type": "string", "pattern": "^D-[0-9]+$"},
        "made_at": {"type": "string", "format": "date-time"},
        "controller": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "address", "email"],
            "properties": {name: {"type": "string"} for name in ("name", "address", "email")},
        },
        "sections": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["code", "records"],
                "properties": {
                    "code": {"type": "string", "pattern": "^[a-z_]+$"},
                    "records": {"type": "array", "items": {"type": "object", "minProperties": 1}},
                },
            },
        },
    },
}


def document(request: DataRequest, *, at: datetime) -> bytes:
    """The file for one request: what the person provided, under the codes of the portal's fields; times are UTC."""
    assert isinstance(request.customer, Customer)
    with translation.override(request.language):
        given = [one for one in sections_about(Asked(request.customer, at)) if one.provided]
    said = {
        "format": FORMAT,
        "reference": request.number,
        "made_at": at.isoformat(),
        "controller": {
            "name": settings.COMPANY_NAME,
            "address": settings.COMPANY_ADDRESS,
            "email": settings.COMPANY_EMAIL,
        },
        "sections": [_section(one) for one in given],
    }
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()


def _section(section: Section) -> dict[str, Any]:
    return {"code": section.code, "records": [{one.code: one.value for one in record} for record in section.records]}

"""The record that section 7a UWG wants for a consumer's consent to advertising calls."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC

from django.conf import settings

from consent.models import CallRecord, Consent, ConsentEvent


def keep_call_record(consent: Consent, event: ConsentEvent, recipient_code: str) -> CallRecord | None:
    """Write the record beside its event, where the law asks for one; else None. The caller's transaction."""
    if not consent.is_consumer_call:
        return None
    row = CallRecord(
        event=event,
        person=consent.customer.display_name,
        company=settings.COMPANY_NAME,
        scope=f"{event.text.title}\n\n{event.text.body}" if event.text else str(consent.get_purpose_display()),
        given_at=event.at,
        manner=event.how,
        recipient_code=recipient_code,
    )
    row.seal = seal_of(row)
    row.save(force_insert=True)
    return row


def seal_of(row: CallRecord) -> str:
    """HMAC-SHA-256 over all fields, in hex: recomputed by whoever wants to know that nothing was changed."""
    given_at = row.given_at.astimezone(UTC).isoformat()  # as the database gives it back, whatever zone it came in
    fields = (row.person, row.company, row.scope, given_at, row.manner, row.recipient_code)
    key = hmac.new(settings.SECRET_KEY.encode(), b"consent.call_record", hashlib.sha256).digest()
    return hmac.new(key, json.dumps([row.event_id, *fields]).encode(), hashlib.sha256).hexdigest()


def is_sealed(row: CallRecord) -> bool:
    return hmac.compare_digest(row.seal, seal_of(row))

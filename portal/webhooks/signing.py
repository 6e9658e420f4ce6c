"""Secrets and signatures of Standard Webhooks 1.0.0 ("Signature scheme"): HMAC-SHA256 over `id.timestamp.payload`.

A signature needs the secret itself, so a hash of it would not do. It is kept nowhere: it is derived from SECRET_KEY and
from random bits that the database keeps. The database alone signs nothing, and the settings alone do not either. Of the
secret a fingerprint is kept, which tells a SECRET_KEY that was changed from one that fits.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.utils.encoding import force_bytes

PREFIX = "whsec_"
_PURPOSE = b"kontaktklar webhook secret 1\0"


def new_salt() -> str:
    """256 random bits."""
    return secrets.token_hex(32)


def secret_of(salt: str, *, key: str | bytes | None = None) -> bytes:
    """The 32 bytes that sign; with `key` instead of the SECRET_KEY in force."""
    return hmac.digest(force_bytes(key or settings.SECRET_KEY), _PURPOSE + salt.encode(), hashlib.sha256)


def as_shown(secret: bytes) -> str:
    return PREFIX + base64.b64encode(secret).decode()


def fingerprint(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()


def known_secret(salt: str, expected: str) -> bytes | None:
    """The secret with this fingerprint, under SECRET_KEY or an earlier one that the settings still name; None when it
    is lost."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        found = secret_of(salt, key=str(key))
        if hmac.compare_digest(fingerprint(found), expected):
            return found
    return None


def headers(message_id: str, body: bytes, with_secrets: Iterable[bytes], *, at: datetime) -> dict[str, str]:
    """The three headers of one try; while a secret is being changed one signature by each, the newest first."""
    stamp = str(int(at.timestamp()))
    signed = f"{message_id}.{stamp}.".encode() + body
    signatures = " ".join(f"v1,{_signature(secret, signed)}" for secret in with_secrets)
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signatures}


def _signature(secret: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()

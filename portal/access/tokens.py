"""Links that stand for a person: 256 random bits, of which the database keeps only a hash (ASVS 5.0, 11.5.1).

The token is not stored but derived from a random nonce and the server's secret, so that a mail can be composed when
it is sent, and composed again with the same link if sending is repeated. A copy of the database alone opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings

NONCE_BYTES = 32


def new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)


def token_of(kind: str, nonce: bytes) -> str:
    """The token of a row, 43 characters that are safe in an address. `kind` keeps the uses of links apart."""
    key = hmac.new(settings.SECRET_KEY.encode(), f"portal.tokens:{kind}".encode(), hashlib.sha256).digest()
    raw = hmac.new(key, bytes(nonce), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def digest_of_token(token: str) -> str:
    """What the database keeps: SHA-256 in hex. A token of 256 bits needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()

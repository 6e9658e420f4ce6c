"""The key that signs heads. It comes from the environment (AUDIT_SIGNING_KEY or AUDIT_SIGNING_KEY_FILE), never from
the database: whoever owns the database can rewrite the tree, but not sign what comes of it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from portal.audit.rules.heads import Head
from portal.audit.rules.leaf import micros


class NoSigningKey(Exception):
    """AUDIT_SIGNING_KEY is empty: nothing can be signed, and nothing that was signed can be told from a forgery."""


@lru_cache(maxsize=4)
def _key(secret: str) -> Ed25519PrivateKey:
    """The seed of RFC 8032 is a hash of the secret, which may have any form and is at least 32 characters long."""
    return Ed25519PrivateKey.from_private_bytes(sha256(b"kontaktklar-trail-key/1\n" + secret.encode()).digest())


def _own() -> Ed25519PrivateKey:
    if not settings.AUDIT_SIGNING_KEY:
        raise NoSigningKey("AUDIT_SIGNING_KEY is not set: heads of the audit trail can be neither signed nor checked.")
    return _key(settings.AUDIT_SIGNING_KEY)


def public_key() -> bytes:
    return _own().public_key().public_bytes_raw()


def sign(tree_size: int, root: bytes, at: datetime) -> Head:
    bare = Head(tree_size, root, micros(at), public_key())
    return Head(bare.tree_size, bare.root, bare.time, bare.key, _own().sign(bare.signed_part()))


def known_keys() -> set[bytes]:
    """The public keys whose signatures count: today's, and earlier ones by their hexadecimal form."""
    return {public_key(), *(bytes.fromhex(key) for key in settings.AUDIT_OLD_PUBLIC_KEYS)}


def is_signed(head: Head) -> bool:
    """Whether the signature is that of the key which the head names; whether that key counts is another question."""
    try:
        Ed25519PublicKey.from_public_bytes(head.key).verify(head.signature, head.signed_part())
    except (InvalidSignature, ValueError):
        return False
    return True

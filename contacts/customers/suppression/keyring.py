"""Keys with generations. Standard library only.

A digest of generation n is HMAC(k_n, HMAC(k_n-1, ... HMAC(k_1, "family:address"))), each HMAC-SHA-256 (RFC 2104) as 64
hex digits. So an entry whose address was erased long ago can be put under a new key without knowing the address, and
whoever has a dump and all keys but the newest can try out no address.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """All keys, oldest first. Generation 1 belongs to the oldest one."""

    keys: tuple[bytes, ...]

    @property
    def newest(self) -> int:
        """The generation in which everything new is written."""
        return len(self.keys)

    def history(self, family: str, normalised: str) -> tuple[str, ...]:
        """The digests of one address in every generation, oldest first. `family` keeps kinds of address apart."""
        digests = [_hmac(self.keys[0], f"{family}:{normalised}")]
        for key in self.keys[1:]:
            digests.append(_hmac(key, digests[-1]))
        return tuple(digests)

    def digest(self, family: str, normalised: str) -> str:
        """The digest of the newest generation."""
        return self.history(family, normalised)[-1]

    def forward(self, digest: str, generation: int) -> tuple[str, ...]:
        """A stored digest and what becomes of it in every later generation."""
        digests = [digest]
        for key in self.keys[generation:]:
            digests.append(_hmac(key, digests[-1]))
        return tuple(digests)

    def wrap(self, digest: str, generation: int) -> str:
        """A stored digest in the newest generation."""
        return self.forward(digest, generation)[-1]

    def fingerprint(self, generation: int) -> str:
        """What the database remembers of a key, to notice another one in its place: 16 hex digits, no way back."""
        return _hmac(self.keys[generation - 1], "kontaktklar suppression key")[:16]


def _hmac(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()

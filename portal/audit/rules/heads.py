"""Signed heads: how a tree of a certain size looked, and who says so. One head is one line of JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from portal.audit.rules.leaf import canonical

#: Stands before what is signed, so that the same key can sign nothing else that reads like a head.
PREFIX = b"kontaktklar-trail-head/1\n"


@dataclass(frozen=True, slots=True)
class Head:
    """`time` is microseconds since 1970 in UTC, `key` the public key that the signature is checked with."""

    tree_size: int
    root: bytes
    time: int
    key: bytes
    signature: bytes = b""

    def signed_part(self) -> bytes:
        said = {"key": self.key.hex(), "root": self.root.hex(), "time": self.time, "tree_size": self.tree_size}
        return PREFIX + canonical(said).encode()

    def plain(self) -> dict[str, Any]:
        said = {"tree_size": self.tree_size, "root": self.root.hex(), "time": self.time}
        return said | {"key": self.key.hex(), "signature": self.signature.hex()}

    def line(self) -> str:
        return canonical(self.plain())


def read(line: str) -> Head:
    """A head from its line. Raises ValueError with what is wrong."""
    try:
        said = json.loads(line)
        head = Head(said["tree_size"], *_parts(said))
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError("it is not a head in JSON with tree_size, root, time, key and signature") from error
    if type(head.tree_size) is not int or type(head.time) is not int or head.tree_size < 0:
        raise ValueError("tree_size and time must be whole numbers")
    if (len(head.root), len(head.key), len(head.signature)) != (32, 32, 64):
        raise ValueError("root and key must have 32 bytes and the signature 64")
    return head


def _parts(said: dict[str, Any]) -> tuple[bytes, int, bytes, bytes]:
    return bytes.fromhex(said["root"]), said["time"], bytes.fromhex(said["key"]), bytes.fromhex(said["signature"])

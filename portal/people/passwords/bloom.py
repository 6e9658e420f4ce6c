"""A set in few bytes that never forgets a member and takes few others for one (Bloom 1970). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator


class Bloom:
    def __init__(self, bits: int, marks: int, data: bytes | None = None) -> None:
        if data is not None and len(data) * 8 != bits:
            raise ValueError(f"the file has {len(data)} bytes, not {bits // 8}")
        self.bits, self.marks, self.data = bits, marks, data if data is not None else bytearray(bits // 8)

    def add(self, word: str) -> None:
        assert isinstance(self.data, bytearray)
        for place in self._places(word):
            self.data[place >> 3] |= 1 << (place & 7)

    def __contains__(self, word: str) -> bool:
        return all(self.data[place >> 3] & 1 << (place & 7) for place in self._places(word))

    def _places(self, word: str) -> Iterator[int]:
        digest = hashlib.sha256(word.encode("utf-8", "surrogatepass")).digest()
        first, step = int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:16], "big") | 1
        return ((first + turn * step) % self.bits for turn in range(self.marks))

"""List and result in the database, in pieces: written and read as streams of one piece at a time."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

from contacts.screening.models import Piece, Screening

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Bytes of a piece before it is packed.
PIECE = 1 << 20
Part = Piece.Part


def keep(screening: Screening, part: str, file: IO[bytes]) -> None:
    """Put a file into its pieces, in place of what may be there. Call in the transaction of what it belongs to."""
    Piece.objects.filter(screening=screening, part=part).delete()
    for place, block in enumerate(iter(lambda: file.read(PIECE), b"")):
        Piece.objects.create(screening=screening, part=part, place=place, content=zlib.compress(block, 1))


def pieces(screening: Screening, part: str) -> Iterator[bytes]:
    """What was kept, piece by piece. OSError if it is deleted meanwhile: half a file must not look like a whole one."""
    own = Piece.objects.filter(screening=screening, part=part)
    for place in range(own.count()):
        found = own.filter(place=place).values_list("content", flat=True).first()
        if found is None:
            raise OSError("The list was deleted while it was read.")
        yield zlib.decompress(found)


class Stream(io.RawIOBase):
    """Pieces as a file to read from."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self.source, self.rest = source, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        while not self.rest:
            block = next(self.source, None)
            if block is None:
                return 0
            self.rest = block
        size = min(len(view), len(self.rest))
        view[:size], self.rest = self.rest[:size], self.rest[size:]
        return size

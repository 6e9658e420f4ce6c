"""A draft cut at the borders of its hits, for pages that show where they are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from contacts.policy.promotion.finding import Hit


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text with the numbers (from 1) of the hits it lies in, and of those that end with it."""

    text: str
    hits: tuple[int, ...] = ()
    ending: tuple[int, ...] = ()


def marked(text: str, hits: Sequence[Hit]) -> tuple[Piece, ...]:
    """The whole text in pieces: put together again they are the text."""
    borders = sorted({0, len(text), *(hit.start for hit in hits), *(hit.end for hit in hits)})
    return tuple(_pieces(text, hits, borders))


def _pieces(text: str, hits: Sequence[Hit], borders: list[int]) -> Iterator[Piece]:
    for start, end in pairwise(borders):
        inside = tuple(n for n, hit in enumerate(hits, start=1) if hit.start <= start and end <= hit.end)
        ending = tuple(n for n in inside if hits[n - 1].end == end)
        yield Piece(text[start:end], inside, ending)

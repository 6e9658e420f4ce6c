"""Makes pictures of pages small: a PNG with at most 256 colours instead of millions.

No image library is needed, because browsers write the simplest kind of PNG."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256


class NotOurs(ValueError):
    """A PNG of a kind that browsers do not write."""


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def rows(data: bytes) -> Iterator[bytes]:
    """The lines of a picture, three bytes a pixel. Raises NotOurs for all but 8-bit colour without interlacing."""
    width, _height = size(data)
    depth, kind, _compression, _filter, interlaced = data[24:29]
    if not data.startswith(SIGNATURE) or depth != 8 or kind not in (2, 6) or interlaced:
        raise NotOurs("Only 8-bit RGB or RGBA without interlacing is read.")
    step = 3 if kind == 2 else 4
    raw = zlib.decompress(b"".join(body for name, body in chunks(data) if name == b"IDAT"))
    above = bytearray(width * step)
    for at in range(0, len(raw), width * step + 1):
        line = bytearray(raw[at + 1 : at + 1 + width * step])
        _unfilter(raw[at], line, above, step)
        above = line
        yield bytes(line) if step == 3 else bytes(byte for n, byte in enumerate(line) if n % 4 != 3)


def _unfilter(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    """Undo what a line was written with (PNG, 9.2), in place."""
    if kind == 2:
        line[:] = bytes((one + up) & 255 for one, up in zip(line, above, strict=True))
        return
    for n in range(len(line) if kind else 0):
        left = line[n - step] if n >= step else 0
        if kind == 1:
            line[n] = (line[n] + left) & 255
        elif kind == 3:
            line[n] = (line[n] + (left + above[n]) // 2) & 255
        else:
            line[n] = (line[n] + _nearest(left, above[n], above[n - step] if n >= step else 0)) & 255


def _nearest(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    by_left, by_up, by_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    if by_left <= by_up and by_left <= by_corner:
        return left
    return up if by_up <= by_corner else corner


def reduced(data: bytes) -> bytes:
    """The same picture with the most common colours; every other one becomes the nearest of them."""
    width, height = size(data)
    lines = [[line[n : n + 3] for n in range(0, len(line), 3)] for line in rows(data)]
    counted = Counter(pixel for line in lines for pixel in line)
    palette = [colour for colour, _times in counted.most_common(COLOURS)]
    place = {colour: _closest(colour, palette) for colour in counted}
    body = b"".join(b"\0" + bytes(place[pixel] for pixel in line) for line in lines)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(body, 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(*part) for part in parts)


def _closest(colour: bytes, palette: list[bytes]) -> int:
    red, green, blue = colour
    away = [(red - one[0]) ** 2 + (green - one[1]) ** 2 + (blue - one[2]) ** 2 for one in palette]
    return away.index(min(away))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

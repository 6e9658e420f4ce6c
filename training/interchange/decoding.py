"""Bytes to text with one kind of line end, whatever editor wrote them."""

from __future__ import annotations

import codecs

LARGEST = 5_000_000  # bytes or characters: a bank of 1,000 long questions has 2 million


def decoded(content: bytes) -> tuple[str, bool]:
    """The text, and whether it was what everybody should write: UTF-8, or UTF-16 with a byte order mark.

    Windows-1252 is what is left; it has five bytes without a meaning, and a replacement character shows them.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace"), True
    try:
        return content.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), False


def lines_of(text: str) -> list[str]:
    """The lines; a form feed or a Unicode separator ends none, so that numbers agree with every editor."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")

"""Compiles the message catalogues whose source is newer: `python -m portal.catalogues`.

Each is written beside its place and moved there in one step: a portal, a worker or a test that starts meanwhile reads
the catalogue of before or the new one, never half of one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_newer(locale: Path = LOCALE) -> list[Path]:
    """Returns the compiled files that were written anew."""
    sources = sorted(locale.glob("*/LC_MESSAGES/django.po"))
    return [compile_one(source) for source in sources if is_newer(source, source.with_suffix(".mo"))]


def compile_one(source: Path) -> Path:
    """Raises babel's PoFileError for a catalogue that cannot be read; the compiled one of before then stays."""
    with source.open("rb") as read:
        catalogue = read_po(read, locale=source.parent.parent.name, abort_invalid=True)
    target = source.with_suffix(".mo")
    beside = target.with_name(f"{target.stem}.{os.getpid()}.mo")
    try:
        with beside.open("wb") as written:
            write_mo(written, catalogue)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return target


def is_newer(source: Path, target: Path) -> bool:
    """Whether the target is missing or older than its source."""
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


if __name__ == "__main__":
    for written in compile_newer():
        sys.stdout.write(f"compiled {written.relative_to(LOCALE.parent)}\n")

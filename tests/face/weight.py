"""What a page weighs when somebody opens it for the first time: itself and all that it names, compressed.

The page counts as the portal sends it, which is uncompressed (a compressed secret can be guessed, BREACH); files of
static/ count as WhiteNoise serves them, with gzip where that saves something.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

MOST_BYTES = 150 * 1024
_NAMED = re.compile(rb'(?:src|href)="(/static/[^"#?]+)')
_FROM_CSS = re.compile(r"""(?:url\(|@import\s+)["']?(?!data:|#)([^"')]+)""")
_FROM_JS = re.compile(r"""(?:from|import)\s*\(?["'](\.{1,2}/[^"']+)""")
#: Saves less than this share and WhiteNoise serves the file as it is.
_WORTH = 0.95


def weight(body: bytes) -> int:
    """Bytes over the wire: the page and each file once."""
    return len(body) + sum(_compressed(name) for name in files(body))


def files(body: bytes) -> set[str]:
    """The static files that a page needs, with what its styles and scripts need in turn."""
    found: set[str] = set()
    waiting = {name.decode().removeprefix(settings.STATIC_URL) for name in _NAMED.findall(body)}
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting |= _needed(name)
    return found


@cache
def _content(name: str) -> bytes:
    path = finders.find(name)
    assert path, f"{name} is named by a page and is not among the static files"
    return Path(str(path)).read_bytes()


@cache
def _needed(name: str) -> set[str]:
    patterns = {".css": _FROM_CSS, ".js": _FROM_JS}
    pattern = patterns.get(Path(name).suffix)
    named = pattern.findall(_content(name).decode()) if pattern else []
    here = Path("/") / name
    return {str((here.parent / one).resolve().relative_to("/")) for one in named if not one.startswith(("/", "http"))}


@cache
def _compressed(name: str) -> int:
    plain = _content(name)
    packed = len(gzip.compress(plain, 9))
    return packed if packed < _WORTH * len(plain) else len(plain)

"""Scans and recordings that prove something: enclosed in the pack, each checked against its hash on record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from contacts.evidence.pack import MOST_BYTES, Values

if TYPE_CHECKING:
    from consent.sheets import Sheet


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What is said of each file, and the files that are enclosed, by their names in the ZIP."""

    values: list[Values]
    content: dict[str, bytes]


def enclosed(sheets: Iterable[Sheet]) -> Enclosed:
    """Every file that the events of these consents name, the oldest first, as long as there is room."""
    told = (event for sheet in sheets for chapter in sheet.chapters for event in (chapter.event, chapter.correction))
    files = {one.evidence_file.pk: one.evidence_file for one in told if one is not None and one.evidence_file}
    found, content, room = [], {}, MOST_BYTES
    for key in sorted(files):
        state, read = _read(files[key], room)
        name = _name_of(files[key]) if read is not None else ""
        if read is not None:
            content[name], room = read, room - len(read)
        found.append(_values(files[key], state, name))
    return Enclosed(found, content)


def _read(file: Any, room: int) -> tuple[str, bytes | None]:
    """`enclosed`, `changed` (enclosed, but not what was put on record), `missing` or `too_large`."""
    if file.size > room:
        return "too_large", None
    try:
        with file.file.open("rb") as opened:
            read: bytes = opened.read(room + 1)
    except OSError:
        return "missing", None
    if len(read) > room:
        return "too_large", None
    return ("enclosed" if hashlib.sha256(read).hexdigest() == file.sha256 else "changed"), read


def _values(file: Any, state: str, name: str) -> Values:
    told = {"name": file.name, "size": file.size, "sha256": file.sha256, "added_at": file.added_at}
    return {**told, "state": state, "in_the_pack": name}


def _name_of(file: Any) -> str:
    """A name that no archive program takes for a path."""
    ending = PurePath(file.name).suffix
    return f"files/{file.pk}{ending if ending[1:].isascii() and ending[1:].isalnum() else ''}"

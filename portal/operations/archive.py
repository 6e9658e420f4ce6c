"""The file of a backup: a ZIP with pg_dump's own archive, the uploaded files, and what both must hold.

Every byte carries a checksum of its own (ZIP's CRC-32, and SHA-256 for the files), and the list of contents stands at
the end, so a file that was cut off is no ZIP at all.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.utils.translation import gettext as _

from portal.operations.counting import Content
from portal.operations.trouble import Unverified

FORMAT = 1
MANIFEST, DUMP, MEDIA = "manifest.json", "database.dump", "media/"
CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the backup holds, as of the one snapshot that the dump was taken from. `made_at` is ISO 8601 in UTC."""

    version: str
    made_at: str
    server_major: int
    migrations: list[str]
    tables: dict[str, Content]
    media: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(content.rows for content in self.tables.values())

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)


def manifest_of(text: str | bytes) -> Manifest:
    """Raises Unverified for what is no manifest, or one of a newer portal."""
    try:
        values: dict[str, Any] = json.loads(text)
        if values["format"] != FORMAT:
            words = _("The backup has format %(found)s, this portal reads format %(own)s: use the portal it is from.")
            raise Unverified(words % {"found": values["format"], "own": FORMAT})
        tables = {name: Content(**content) for name, content in values.pop("tables").items()}
        return Manifest(tables=tables, **values)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unverified(_("The list of contents in the backup cannot be read: take another backup.")) from error


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The backup, to read from. Raises Unverified where it is none, was cut off, or a byte has changed."""
    try:
        with zipfile.ZipFile(path) as archive:
            missing = {MANIFEST, DUMP} - set(archive.namelist())
            if missing:
                raise Unverified(_("%(path)s is no backup of this portal.") % {"path": path.name})
            yield archive
    except FileNotFoundError as error:
        raise Unverified(_("There is no file %(path)s.") % {"path": path}) from error
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        words = _("%(path)s is damaged or was cut off (%(error)s): take another backup.")
        raise Unverified(words % {"path": path.name, "error": error}) from error


def copy_hashed(source: IO[bytes], target: IO[bytes] | None) -> str:
    """Copies, and returns SHA-256 in hex of what was copied."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest()


def check_media(archive: zipfile.ZipFile, manifest: Manifest, into: Path | None = None) -> int:
    """Reads every uploaded file, writes them below `into` if that is given, and returns how many there are. Raises
    Unverified for one that is missing, was added, or is not what it was."""
    names = {name.removeprefix(MEDIA) for name in archive.namelist() if name.startswith(MEDIA)}
    if names != set(manifest.media):
        raise Unverified(_("The uploaded files in the backup are not those that it lists: take another backup."))
    for name, expected in manifest.media.items():
        with archive.open(MEDIA + name) as source:
            if into is None:
                found = copy_hashed(source, None)
            else:
                place = safe_place(into, name)
                with place.open("xb") as target:
                    found = copy_hashed(source, target)
        if found != expected:
            raise Unverified(_("An uploaded file in the backup is not what it was: take another backup."))
    return len(names)


def safe_place(folder: Path, name: str) -> Path:
    """Where a file of the backup goes: below the folder, whatever its name says."""
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts:
        raise Unverified(_("The backup names a file outside of its folder: do not use it."))
    place = folder.joinpath(*parts)
    place.parent.mkdir(parents=True, exist_ok=True)
    return place

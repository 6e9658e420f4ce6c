"""Files that prove a consent: scans, photographs, text. Kept beside the ledger, private, never changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from consent.models import EvidenceFile
from consent.services.common import KEEPERS
from portal.access.roles import require_role
from portal.audit.services import record

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from portal.people.models import User

MAX_BYTES = 10 * 1024 * 1024
SUFFIXES = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/plain": (".txt",),
}
MAGIC = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
# What no text has: control characters except tab, line feed, form feed and carriage return.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@contextmanager
def evidence_of(acting_user: User, upload: UploadedFile | None, *, at: datetime) -> Iterator[EvidenceFile | None]:
    """One transaction around a file and the entry that it proves: both are kept or neither, on the disk too.

    Yields None without a file. Raises ValidationError for a file that is too large or of another kind.
    """
    with only_with_entry() as files, transaction.atomic():
        kept = keep_evidence(acting_user, upload=upload, at=at) if upload else None
        files += [kept] if kept is not None else []
        yield kept


@contextmanager
def only_with_entry() -> Iterator[list[EvidenceFile]]:
    """Around a whole transaction that stores files, as far as its commit: where that fails they go from the disk."""
    kept: list[EvidenceFile] = []
    try:
        yield kept
    except BaseException:
        for row in kept:
            row.file.storage.delete(str(row.file.name))
        raise


@transaction.atomic
def keep_evidence(acting_user: User, *, upload: UploadedFile, at: datetime) -> EvidenceFile:
    """Store an uploaded file under a name of chance, with its size and SHA-256."""
    require_role(acting_user, *KEEPERS)
    content_type = checked_type(upload)
    content = _bytes_of(upload)
    row = EvidenceFile(
        name=display_name(upload.name or "", content_type),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_by=acting_user,
        added_at=at,
    )
    row.file.save(f"{uuid4().hex}{SUFFIXES[content_type][0]}", ContentFile(content), save=False)
    row.save(force_insert=True)
    after = {"name": row.name, "content_type": content_type, "size": row.size, "sha256": row.sha256}
    record(acting_user, "evidence_file.added", "evidence_file", row.pk, at=at, after=after)
    return row


def checked_type(upload: UploadedFile) -> str:
    """What the file is by its content, whatever its name says. Raises ValidationError for "file"."""
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(
            {
                "file": _("The file has %(size)s MB; at most %(limit)s MB are possible. Scan it with less detail.")
                % {"size": f"{(upload.size or 0) / 1024 / 1024:.1f}", "limit": MAX_BYTES // 1024 // 1024}
            }
        )
    content_type = content_type_of(_bytes_of(upload))
    if content_type is None:
        raise ValidationError(
            {"file": _("This is no PDF, PNG, JPEG or text file, whatever its name says. Save it as one of these.")}
        )
    return content_type


def content_type_of(content: bytes) -> str | None:
    """PDF, PNG or JPEG by the first bytes, text by having no control characters; None for anything else."""
    for start, content_type in MAGIC.items():
        if content.startswith(start):
            return content_type
    return "text/plain" if content and not _CONTROL.search(content) else None


def display_name(name: str, content_type: str) -> str:
    """The name that people see: no folders, nothing invisible, and the ending that fits the content."""
    base = PurePath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in base if letter.isprintable()).strip() or "evidence"
    if not shown.lower().endswith(SUFFIXES[content_type]):
        shown = shown[:190] + SUFFIXES[content_type][0]
    return shown if len(shown) <= 200 else shown[:190] + PurePath(shown).suffix


def content_of(row: EvidenceFile) -> bytes | None:
    """The file, or None where it is not the one that was kept. Raises FileNotFoundError when it is gone."""
    with row.file.open("rb") as stored:
        content = stored.read(row.size + 1)
    return content if hashlib.sha256(content).hexdigest() == row.sha256 else None


def _bytes_of(upload: UploadedFile) -> bytes:
    upload.seek(0)
    return upload.read()

"""The zip around a workbook: opened only when its table of contents keeps the limits."""

from __future__ import annotations

import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from contacts.customers.importing import limits
from contacts.customers.importing.limits import figure, megabytes
from contacts.customers.importing.reading.base import FileRefused

OLE = b"\xd0\xcf\x11\xe0"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
ENCRYPTED = 0x1  # APPNOTE.TXT 4.4.4, bit 0
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for any amount of memory
# What the table of contents says at its end (APPNOTE.TXT 4.3.16), by place in zipfile's own answer.
ENTRIES, DIRECTORY_SIZE = 4, 5


def open_archive(path: Path) -> zipfile.ZipFile:
    """The workbook's zip, with every limit checked. Raises FileRefused; the caller closes it."""
    _check_directory(path)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken() from error
    try:
        _check_members(archive.infolist())
        _check_is_workbook(set(archive.namelist()))
    except BaseException:
        archive.close()
        raise
    return archive


def refuse_ole(path: Path) -> FileRefused:
    """An OLE file is an old workbook, or a new one that is encrypted (MS-OFFCRYPTO, 2.3.2: EncryptedPackage)."""
    with path.open("rb") as file:
        encrypted = "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20)
        if not encrypted:
            file.seek(max(0, path.stat().st_size - (1 << 20)))
            encrypted = "EncryptedPackage".encode("utf-16-le") in file.read()
    if encrypted:
        return FileRefused(
            _("This Excel workbook is encrypted with a password. Save it without one, or save the list as CSV.")
        )
    return FileRefused(_("This is an Excel workbook of the old kind (.xls). Save it as .xlsx or as CSV."))


def broken() -> FileRefused:
    return FileRefused(
        _("The Excel workbook is broken or was cut off on the way. Save it again in Excel and upload it whole.")
    )


def _check_directory(path: Path) -> None:
    """The size of the table of contents first: zipfile keeps all of it in memory.

    Asked of the very function that zipfile itself asks, so that both look at the same table.
    """
    with path.open("rb") as file:
        try:
            end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise broken() from error
    if not end:
        raise broken()
    check_parts(end[ENTRIES])
    if end[DIRECTORY_SIZE] > limits.MAX_DIRECTORY:
        raise FileRefused(
            _("The table of contents of this workbook has %(found)s bytes; at most %(limit)s are taken.")
            % {"found": figure(end[DIRECTORY_SIZE]), "limit": figure(limits.MAX_DIRECTORY)}
        )


def check_parts(found: int) -> None:
    if found > limits.MAX_MEMBERS:
        raise FileRefused(
            _("This workbook has %(found)s parts; at most %(limit)s are taken. Copy the list into a new workbook.")
            % {"found": figure(found), "limit": figure(limits.MAX_MEMBERS)}
        )


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    check_parts(len(members))
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.MAX_UNPACKED:
        raise FileRefused(
            _("Unpacked, this workbook has %(found)s MB; at most %(limit)s MB are taken. Split the list.")
            % {"found": megabytes(unpacked), "limit": megabytes(limits.MAX_UNPACKED)}
        )
    for member in members:
        _check_member(member)
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise broken()


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & ENCRYPTED:
        raise FileRefused(
            _("This Excel workbook is encrypted with a password. Save it without one, or save the list as CSV.")
        )
    if member.compress_type not in PACKINGS:
        raise FileRefused(
            _("This workbook is packed in a way that Excel does not use. Open it in Excel and save it again.")
        )
    ratio = member.file_size // max(1, member.compress_size)
    if member.file_size > limits.RATIO_FROM and ratio > limits.MAX_RATIO:
        raise FileRefused(
            _("A part of this workbook is packed to 1/%(found)s of its size; at most 1/%(limit)s is taken.")
            % {"found": figure(ratio), "limit": figure(limits.MAX_RATIO)}
        )


def _check_is_workbook(names: set[str]) -> None:
    if "[Content_Types].xml" in names and any(name.endswith("workbook.xml") for name in names):
        return
    if "xl/workbook.bin" in names:
        raise FileRefused(_("This is a binary workbook (.xlsb). Save it as .xlsx or as CSV."))
    if "mimetype" in names:
        raise FileRefused(_("This is an OpenDocument file (.ods). Save it as .xlsx or as CSV."))
    raise FileRefused(
        _("This is a ZIP archive and not an Excel workbook. Unpack it and upload the list itself as .xlsx or CSV.")
    )

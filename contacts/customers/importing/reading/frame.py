"""The frame of a workbook: which sheet is read, how its cells are formatted, and the texts they share."""

from __future__ import annotations

import posixpath
import zipfile
from array import array
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from contacts.customers.importing import limits
from contacts.customers.importing.limits import figure, megabytes
from contacts.customers.importing.reading import cells, xml
from contacts.customers.importing.reading.archive import broken, check_parts
from contacts.customers.importing.reading.base import FileRefused, check_cell


@dataclass
class Frame(xml.Handler):
    """What workbook.xml says: its sheets in order, and from which day it counts (ECMA-376 part 1, 18.2)."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, relation, visible
    epoch: datetime = CALENDAR_WINDOWS_1900

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id" and ":" in k), "")
            visible = attributes.get("state", "visible") == "visible"
            self.sheets.append((attributes.get("name", "")[:100], relation, visible))
            check_parts(len(self.sheets))
        elif name == "workbookPr" and attributes.get("date1904", "0") in ("1", "true"):
            self.epoch = CALENDAR_MAC_1904


@dataclass
class Relations(xml.Handler):
    """Where the parts lie (ECMA-376 part 2, 9.3): by id, and by the last word of their type."""

    folder: str
    by_id: dict[str, str] = field(default_factory=dict)
    by_type: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(self.folder, attributes.get("Target", ""))).lstrip("/")
            self.by_id[attributes.get("Id", "")] = target
            self.by_type.setdefault(attributes.get("Type", "").rpartition("/")[2], target)
            check_parts(len(self.by_id))


@dataclass
class Styles(xml.Handler):
    """Which cell formats show a number as a day."""

    codes: dict[str, str] = field(default_factory=dict)
    dates: list[bool] = field(default_factory=list)
    in_formats: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            _check_formats(len(self.codes))
        elif name == "cellXfs":
            self.in_formats = True
        elif name == "xf" and self.in_formats:
            self.dates.append(self._is_date(attributes.get("numFmtId", "0")))
            _check_formats(len(self.dates))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.in_formats, self.done = False, True

    def _is_date(self, number: str) -> bool:
        builtin = BUILTIN_FORMATS.get(int(number), "") if number.isdecimal() else ""
        return bool(is_date_format(self.codes.get(number, builtin)))


def _check_formats(found: int) -> None:
    if found > limits.MAX_FORMATS:
        raise FileRefused(
            _("This workbook has more than %(limit)s cell formats. Copy the list into a new workbook.")
            % {"limit": figure(limits.MAX_FORMATS)}
        )


class Texts(xml.Handler):
    """The texts that cells share, end to end in one piece of memory: a Python string each would cost ten times that."""

    def __init__(self) -> None:
        self.bytes = bytearray()
        self.ends = array("I")
        self.parts: list[str] = []
        self.length, self.taking, self.phonetic = 0, False, False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Millions of tags come by here: everything is in one place."""
        self.depth += 1
        self.tags += 1
        if self.depth > limits.MAX_DEPTH or self.tags > limits.MAX_ELEMENTS:
            self.count()
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "t":
            self.taking = not self.phonetic
        elif name == "si":
            self.parts, self.length = [], 0
        elif name == "rPh":
            self.phonetic = True

    def finish(self, name: str) -> None:
        self.depth -= 1
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "t":
            self.taking = False
        elif name == "si":
            self._keep("".join(self.parts))
        elif name == "rPh":
            self.phonetic = False

    def _keep(self, text: str) -> None:
        self.bytes += cells.unescape(text).encode("utf-8", "surrogatepass")
        self.ends.append(len(self.bytes))
        if len(self.ends) > limits.MAX_STRINGS:
            raise FileRefused(
                _("This workbook has more than %(limit)s different texts. Split the list.")
                % {"limit": figure(limits.MAX_STRINGS)}
            )

    def text(self, text: str) -> None:
        if self.taking:
            self.length += len(text)
            check_cell(self.length, len(self.ends) + 1)
            self.parts.append(text)

    def __getitem__(self, place: int) -> str:
        begin = self.ends[place - 1] if place else 0
        return self.bytes[begin : self.ends[place]].decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self.ends)


@dataclass
class Workbook:
    """An open workbook with its frame read. The sheet itself is read by `sheet.py`."""

    archive: zipfile.ZipFile
    frame: Frame
    relations: Relations
    dates: list[bool]
    sheet: str
    part: str

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(name for name, _relation, _visible in self.frame.sheets if name != self.sheet)

    def texts(self) -> Texts:
        texts = Texts()
        part = self.relations.by_type.get("sharedStrings", "")
        if part in self.archive.NameToInfo:
            with _open(self.archive, part) as file:
                xml.read(file, texts)
        return texts


def open_frame(archive: zipfile.ZipFile) -> Workbook:
    """The first sheet that is visible, as Excel shows the file when it is opened. Raises FileRefused."""
    roots = Relations("")
    _read_small(archive, "_rels/.rels", roots)
    place = roots.by_type.get("officeDocument", "xl/workbook.xml")
    folder, name = posixpath.split(place)
    frame, relations, styles = Frame(), Relations(folder), Styles()
    _read_small(archive, place, frame)
    _read_small(archive, posixpath.join(folder, "_rels", f"{name}.rels"), relations)
    if relations.by_type.get("styles", "") in archive.NameToInfo:
        _read_small(archive, relations.by_type["styles"], styles)
    sheet, relation = next(((name, relation) for name, relation, visible in frame.sheets if visible), ("", ""))
    part = relations.by_id.get(relation, "")
    if part not in archive.NameToInfo:
        raise broken()
    return Workbook(archive, frame, relations, styles.dates, sheet, part)


def _read_small(archive: zipfile.ZipFile, part: str, handler: xml.Handler) -> None:
    if part not in archive.NameToInfo:
        raise broken()
    size = archive.getinfo(part).file_size
    if size > limits.MAX_FRAME:
        raise FileRefused(
            _("The part “%(part)s” of this workbook has %(found)s MB; at most %(limit)s MB are taken.")
            % {"part": part, "found": megabytes(size), "limit": megabytes(limits.MAX_FRAME)}
        )
    with _open(archive, part) as file:
        xml.read(file, handler)


def _open(archive: zipfile.ZipFile, part: str) -> IO[bytes]:
    try:
        return archive.open(part)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise broken() from error


open_part = _open

"""Workbooks written byte by byte, so that each may lie in one place: a zip with every field in hand, and its parts."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_KIND}.sharedStrings+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
)
ROOT = (
    f'{HEAD}<Relationships {PACKAGE}><Relationship Id="r1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
BOOK = f'{HEAD}<workbook {NS} xmlns:r="{REL}"><sheets><sheet name="Kunden" sheetId="1" r:id="r1"/></sheets></workbook>'
BOOK_RELATIONS = (
    f'{HEAD}<Relationships {PACKAGE}><Relationship Id="r1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="r3" Type="{REL}/styles" Target="styles.xml"/></Relationships>'
)
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
BEGIN, END = f"{HEAD}<worksheet {NS}><sheetData>", "</sheetData></worksheet>"
HEADER_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>Kundennummer</t></is></c></row>'
MEGABYTE = 1024**2


@dataclass
class Packed:
    """Deflated content that may be huge unpacked: `unit` times `times`, between a beginning and an end."""

    before: bytes = b""
    unit: bytes = b""
    times: int = 1
    after: bytes = b""
    crc: int = field(init=False)
    size: int = field(init=False)
    data: bytes = field(init=False)

    def __post_init__(self) -> None:
        crc = zlib.crc32(self.before)
        for _turn in range(self.times):
            crc = zlib.crc32(self.unit, crc)
        self.crc = zlib.crc32(self.after, crc)
        self.size = len(self.before) + len(self.unit) * self.times + len(self.after)
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        start = packer.compress(self.before) + packer.flush(zlib.Z_FULL_FLUSH)
        once = packer.compress(self.unit) + packer.flush(zlib.Z_FULL_FLUSH)
        self.data = start + once * self.times + packer.compress(self.after) + packer.flush()


@dataclass
class Member:
    name: str
    content: Packed
    method: int = 8
    flags: int = 0
    offset: int | None = None
    size: int | None = None

    def local(self) -> bytes:
        return b"PK\x03\x04" + self._fields() + struct.pack("<HH", len(self.name.encode()), 0) + self.name.encode()

    def central(self, offset: int) -> bytes:
        name = self.name.encode()
        fields = struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, offset)
        return b"PK\x01\x02" + struct.pack("<H", 20) + self._fields() + fields + name

    def _fields(self) -> bytes:
        content = self.content
        size = content.size if self.size is None else self.size
        return struct.pack("<HHHHHIII", 20, self.flags, self.method, 0, 33, content.crc, len(content.data), size)


def member(name: str, text: str | bytes, **fields: int) -> Member:
    return Member(name, Packed(before=text.encode() if isinstance(text, str) else text), **fields)


def write_zip(path: Path, members: list[Member], *, entries: int | None = None, comment: bytes = b"") -> None:
    """A zip with exactly these members; a member with an offset of its own has no data of its own."""
    directory = b""
    with path.open("wb") as file:
        for one in members:
            offset = file.tell() if one.offset is None else one.offset
            directory += one.central(offset)
            if one.offset is None:
                file.write(one.local() + one.content.data)
        begin = file.tell()
        count = min(len(members) if entries is None else entries, 0xFFFE)
        file.write(directory)
        file.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), begin, len(comment)))
        file.write(comment)


def parts(**changed: Member | str | Packed | None) -> list[Member]:
    """The parts of a small honest workbook; `sheet`, `strings`, `styles`, `book`, `relations`, `root` may be others."""
    names = {
        "types": ("[Content_Types].xml", TYPES),
        "root": ("_rels/.rels", ROOT),
        "book": ("xl/workbook.xml", BOOK),
        "relations": ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS),
        "sheet": (SHEET, f"{BEGIN}{HEADER_ROW}{END}"),
        "strings": (STRINGS, f"{HEAD}<sst {NS}><si><t>eins</t></si></sst>"),
        "styles": (
            STYLES,
            f"{HEAD}<styleSheet {NS}><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>",
        ),
    }
    found = []
    for key, (name, text) in names.items():
        said = changed.get(key, text)
        if isinstance(said, Packed):
            found.append(Member(name, said))
        elif isinstance(said, str):
            found.append(member(name, said))
        elif said is not None:
            found.append(said)
    return found


def sheet(rows: str) -> str:
    """A sheet with the header `Kundennummer` and these rows."""
    return f"{BEGIN}{HEADER_ROW}{rows}{END}"


def repeated(unit: str, times: int, *, per: int = 1000, before: str = BEGIN + HEADER_ROW, after: str = END) -> Packed:
    """`unit` so many times, in blocks of `per`."""
    return Packed(before.encode(), unit.encode() * per, times // per, after.encode())

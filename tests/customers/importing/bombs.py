"""Files that want to hurt: each with the words of its refusal. Built in code; on disk they are small."""

from __future__ import annotations

import bz2
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.customers.importing.workbooks import (
    BEGIN,
    BOOK,
    END,
    HEAD,
    HEADER_ROW,
    MEGABYTE,
    NS,
    PACKAGE,
    REL,
    SHEET,
    Member,
    Packed,
    member,
    parts,
    repeated,
    sheet,
    write_zip,
)

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]>'
)
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
CELL = '<row r="2"><c r="A2" t="inlineStr"><is><t>{}</t></is></c></row>'
DTD, BROKEN = "document type (DTD)", "broken or was cut off"
Bomb = tuple[str, Callable[[Path], None]]


def workbook(**changed) -> Callable[[Path], None]:
    return lambda path: write_zip(path, parts(**changed))


def _unpacked(path: Path) -> None:
    write_zip(path, parts(sheet=Packed(BEGIN.encode(), b" " * MEGABYTE, 600, END.encode())))


def _overlap(path: Path) -> None:
    """One piece of data, named by 600 entries of the table of contents (Fifield 2019)."""
    core = Packed(unit=b"<c/>" * (MEGABYTE // 4), times=1)
    write_zip(path, [*parts(), *(Member(f"xl/m{n}.xml", core, offset=0) for n in range(600))])


def _many(path: Path) -> None:
    write_zip(path, [*parts(), *(member(f"xl/m{n}.xml", "") for n in range(5_000))])


def _long_names(path: Path) -> None:
    write_zip(path, [*parts(), *(member(f"xl/{'n' * 60_000}{n}", "") for n in range(30))])


def _lying_count(path: Path) -> None:
    write_zip(path, [*parts(), *(member(f"xl/{n:040}.xml", "") for n in range(20_000))], entries=3)


def _zip64(path: Path) -> None:
    """The end of the table says "look into the big one", which speaks of four billion parts."""
    write_zip(path, parts())
    data = path.read_bytes()
    count = 2**32
    big = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, 60, 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, len(data), 1)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(data + big + locator + end)


def _nested(path: Path) -> None:
    inner = path.with_suffix(".inner")
    write_zip(inner, parts())
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "kunden.xlsx")


def _nested_deep(path: Path) -> None:
    inner = path.with_suffix(".0")
    write_zip(inner, parts(sheet=Packed(unit=b"0" * MEGABYTE, times=64)))
    for level in range(1, 6):
        outer = path.with_suffix(f".{level}")
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(8):
                archive.write(inner, f"{copy}.zip")
        inner = outer
    inner.replace(path)


def _nested_sheet(path: Path) -> None:
    inner = path.with_suffix(".inner")
    write_zip(inner, parts())
    write_zip(path, parts(sheet=member(SHEET, inner.read_bytes())))


def _cut(path: Path) -> None:
    write_zip(path, parts())
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _bad_crc(path: Path) -> None:
    content = Packed(before=sheet("").encode())
    content.crc ^= 1
    write_zip(path, parts(sheet=content))


def _bzip2(path: Path) -> None:
    content = Packed(before=b"")
    content.data, content.size = bz2.compress(b" " * MEGABYTE), MEGABYTE
    write_zip(path, parts(sheet=Member(SHEET, content, method=12)))


def _twice(path: Path) -> None:
    write_zip(path, [*parts(), member(SHEET, sheet(CELL.format("1")))])


def _only(path: Path, **files: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def _utf16(path: Path) -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{LAUGHS}<worksheet {NS}><sheetData/></worksheet>'
    write_zip(path, parts(sheet=member(SHEET, text.encode("utf-16"))))


def _slip(path: Path) -> None:
    target = f'<Relationship Id="r1" Type="{REL}/worksheet" Target="../../../../etc/passwd"/>'
    write_zip(path, parts(relations=f"{HEAD}<Relationships {PACKAGE}>{target}</Relationships>"))


def _ole(text: str) -> Callable[[Path], None]:
    return lambda path: (path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600 + text.encode("utf-16-le")), None)[1]


def _bytes(data: bytes, times: int = 1) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            for _turn in range(times):
                file.write(data)

    return write


def _csv(text: str) -> Callable[[Path], None]:
    return lambda path: (path.write_text(text, encoding="utf-8"), None)[1]


WIDE_ROW = "".join(f'<c r="{chr(65 + n // 26)}{chr(65 + n % 26)}2"><v>1</v></c>' for n in range(300))
BOMBS: dict[str, Bomb] = {
    # the zip
    "unpacked_600_mb": ("Unpacked, this workbook has 600", _unpacked),
    "one_piece_named_600_times": ("Unpacked, this workbook has 600", _overlap),
    "packed_1_to_1000": ("packed to 1/", workbook(sheet=Packed(BEGIN.encode(), b" " * MEGABYTE, 200, END.encode()))),
    "declared_4_gb": ("Unpacked, this workbook has 4,0", workbook(sheet=member(SHEET, sheet(""), size=2**32 - 2))),
    "5000_parts": ("This workbook has 5,007 parts; at most 1,000", _many),
    "long_names": ("table of contents of this workbook has 1,8", _long_names),
    "count_lies": ("table of contents of this workbook has 1,8", _lying_count),
    "zip64_four_billion_parts": ("This workbook has 4,294,967,296 parts", _zip64),
    "zip_of_a_workbook": ("ZIP archive", _nested),
    "zip_of_zips_of_zips": ("ZIP archive", _nested_deep),
    "sheet_is_a_zip": (BROKEN, _nested_sheet),
    "encrypted_zip": ("encrypted with a password", workbook(sheet=member(SHEET, sheet(""), flags=1))),
    "encrypted_office": ("encrypted with a password", _ole("EncryptedPackage")),
    "old_xls": ("old kind (.xls)", _ole("Workbook")),
    "cut_in_half": (BROKEN, _cut),
    "only_the_first_bytes": (BROKEN, _bytes(b"PK\x03\x04")),
    "wrong_checksum": (BROKEN, _bad_crc),
    "packed_with_bzip2": ("packed in a way that Excel does not use", _bzip2),
    "part_twice": (BROKEN, _twice),
    "part_beyond_the_end": (BROKEN, workbook(sheet=member(SHEET, sheet(""), offset=2**31))),
    "part_outside": (BROKEN, _slip),
    "binary_workbook": (".xlsb", lambda path: _only(path, **{"[Content_Types].xml": "", "xl/workbook.bin": ""})),
    "open_document": (".ods", lambda path: _only(path, mimetype="application/vnd.oasis", **{"content.xml": ""})),
    # the XML
    "billion_laughs": (DTD, workbook(sheet=f"{HEAD}{LAUGHS}<worksheet {NS}><sheetData>&e;</sheetData></worksheet>")),
    "quadratic_blowup": (DTD, workbook(strings=f'{HEAD}<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]><sst>&a;&a;</sst>')),
    "external_entity": (DTD, workbook(book=BOOK.replace(HEAD, HEAD + EXTERNAL))),
    "entity_in_styles": (DTD, workbook(styles=f"{HEAD}{LAUGHS}<styleSheet {NS}/>")),
    "entity_in_relations": (DTD, workbook(root=f"{HEAD}{EXTERNAL}<Relationships {PACKAGE}/>")),
    "entity_in_utf16": (DTD, _utf16),
    "endless_doctype": (
        "a tag of",
        workbook(sheet=repeated("<", 30 * MEGABYTE, before='<!DOCTYPE x SYSTEM "', after="")),
    ),
    "deep_tags": ("deep in each other; at most 40", workbook(sheet=repeated("<a>", 5_000_000, after=""))),
    "unknown_tags": ("belong to no list", workbook(sheet=repeated("<x/>", 7_000_000))),
    "endless_attribute": (
        "a tag of",
        workbook(sheet=repeated("aaaa", 7_000_000, before='<worksheet a="', after='"/>')),
    ),
    "endless_comment": (
        "a tag of",
        workbook(sheet=repeated("<a> ", 7_000_000, before=f"{BEGIN}<!--", after=f"-->{END}")),
    ),
    "20_mb_of_styles": ("“xl/styles.xml” of this workbook has 19", workbook(styles=repeated("<xf/>", 4_000_000))),
    "3_million_formats": (
        "more than 70,000 cell formats",
        workbook(
            styles=repeated("<xf/>", 3_000_000, before=f"<styleSheet {NS}><cellXfs>", after="</cellXfs></styleSheet>")
        ),
    ),
    "500000_sheets": (
        "This workbook has 1,001 parts",
        workbook(
            book=repeated('<sheet name="a"/>', 500_000, before=f"<workbook {NS}><sheets>", after="</sheets></workbook>")
        ),
    ),
    # the sheet
    "cell_of_28_mb": (
        "characters; at most 32,767",
        workbook(sheet=repeated("aaaa", 7_000_000, before=f'{BEGIN}<row r="1"><c r="A1" t="inlineStr"><is><t>')),
    ),
    "shared_text_of_28_mb": (
        "characters; at most 32,767",
        workbook(
            strings=repeated("aaaa", 7_000_000, before=f"<sst {NS}><si><t>"),
            sheet=sheet('<row r="2"><c t="s"><v>0</v></c></row>'),
        ),
    ),
    "300_columns": ("columns; at most 200", workbook(sheet=sheet(f'<row r="2">{WIDE_ROW}</row>'))),
    "200001_rows": ("more than 200,000 rows", workbook(sheet=repeated("<row><c><v>7</v></c></row>", 201_000))),
    "million_empty_rows": ("more than 1,048,576 lines", workbook(sheet=repeated("<row/>", 1_049_000))),
    "5_million_texts": (
        "more than 5,000,000 different texts",
        workbook(strings=repeated("<si/>", 5_001_000, before=f"<sst {NS}>", after="</sst>")),
    ),
    "rows_backwards": (
        BROKEN,
        workbook(sheet=sheet('<row r="9"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>')),
    ),
    "text_that_is_not_there": (BROKEN, workbook(sheet=sheet('<row r="2"><c t="s"><v>99999999</v></c></row>'))),
    "column_that_is_not_there": (BROKEN, workbook(sheet=sheet('<row r="2"><c r="ZZZZ2"><v>1</v></c></row>'))),
    "no_sheet": (BROKEN, workbook(sheet=None)),
    "empty_sheet": ("The file is empty", workbook(sheet=f"{BEGIN}{END}")),
    # text
    "line_of_50_mb": ("Line 1 has more than 4,000,000 characters", _bytes(b"a;" * (MEGABYTE // 2), 50)),
    "cell_of_200_kb": ("more than 131,072 characters; at most 32,767", _csv("Kundennummer\n" + "a" * 200_000)),
    "cell_of_50_kb": ("A cell in line 2 has 50,000 characters; at most 32,767", _csv("Kundennummer\n" + "a" * 50_000)),
    "quote_never_closed": ("broken", _csv('Kundennummer\n"a')),
    "16384_columns": ("Line 1 has 16,384 columns; at most 200", _csv(";".join("a" * 16_384))),
    "200001_lines": ("more than 200,000 rows", _csv("Kundennummer\n" + "1\n" * 200_001)),
    "zeros": ("no text file", _bytes(b"\0" * MEGABYTE)),
    "110_mb": ("The file has 110.0 MB; at most 100.0 MB", _bytes(b"1;2;3;4\n" * (MEGABYTE // 8), 110)),
}
assert HEADER_ROW

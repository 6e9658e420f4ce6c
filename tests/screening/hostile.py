"""Lists that want to hurt, each with the words of its refusal, and lists as honest people send them. Built in code."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook

from tests.customers.importing.bombs import BOMBS
from tests.customers.importing.workbooks import BEGIN, END, HEADER_ROW, MEGABYTE, parts, sheet, write_zip

Build = Callable[[Path], object]
#: Of the corpus of the imports, which reads with the same limits, what is refused before many rows are read.
SAME = (
    "unpacked_600_mb",
    "one_piece_named_600_times",
    "packed_1_to_1000",
    "declared_4_gb",
    "5000_parts",
    "zip64_four_billion_parts",
    "zip_of_a_workbook",
    "zip_of_zips_of_zips",
    "sheet_is_a_zip",
    "encrypted_zip",
    "old_xls",
    "cut_in_half",
    "part_outside",
    "billion_laughs",
    "quadratic_blowup",
    "external_entity",
    "entity_in_utf16",
    "deep_tags",
    "endless_attribute",
    "cell_of_28_mb",
    "300_columns",
    "rows_backwards",
    "line_of_50_mb",
    "cell_of_200_kb",
    "quote_never_closed",
    "zeros",
)


def text(words: str, encoding: str = "utf-8") -> Build:
    return lambda path: path.write_bytes(words.encode(encoding))


def raw(data: bytes) -> Build:
    return lambda path: path.write_bytes(data)


def _gigabyte_cell(path: Path) -> None:
    """One cell of a gigabyte, of which the disk keeps only the end."""
    with path.open("wb") as file:
        file.write(b"Kundennummer\n")
        file.truncate(1024 * MEGABYTE)


def _zip_with_list(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("liste.csv", "Kundennummer\n4711\n")


NO_COLUMN = "No column names the customers"
HOSTILE: dict[str, tuple[str, Build]] = {
    **{name: BOMBS[name] for name in SAME},
    "110_mb": ("more than 100.0 MB", BOMBS["110_mb"][1]),
    "gigabyte_in_one_cell": ("more than 100.0 MB", _gigabyte_cell),
    "million_columns": ("1,000,000 columns; at most 200", text("a;" * 999_999 + "a\n")),
    "million_columns_in_a_row": ("1,000,000 columns; at most 200", text("ID\n" + "1;" * 999_999 + "1\n")),
    "zip_with_a_list": ("ZIP archive", _zip_with_list),
    "gzip": ("no text file", raw(gzip.compress(b"Kundennummer\n4711\n" * 9))),
    "picture": ("no text file", raw(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")),
    "pdf": (NO_COLUMN, raw(b"%PDF-1.7\nKundennummer\n")),
    "nul_in_a_cell": ("no text file", raw(b"Kundennummer\n47\x0011\n")),
    "utf_16": ("no text file", text("Kundennummer\n4711\n", "utf-16")),
    "utf_7": (NO_COLUMN, text("+AEs-undennummer\n4711\n")),
    "quote_in_the_middle": ("broken", text('Kundennummer\n"4711"0\n')),
    "no_column": (NO_COLUMN, text("Name\nErika\n")),
    "same_column_twice": ("is there twice", text("ID;ID\n1;2\n")),
    "json_50000_deep": ("too deep in itself", text("[" * 30_000)),
    "json_objects_5000_deep": ("too deep in itself", text('{"a":' * 5_000 + "1" + "}" * 5_000)),
    "json_line_of_40_mb": ("more than 32,767 characters", text('{"id": "' + "1" * 40 * MEGABYTE + '"}')),
    "json_number_of_a_million_digits": ("more than 32,767 characters", text('{"id": 1' + "0" * 1_000_000 + "}")),
    "json_array": ("no JSON object", text('[{"id": 1},\n{"id": 2}]\n')),
    "json_cut_off": ("Line 2 is no JSON object", text('{"id": 1}\n{"id": 2')),
    "json_300_fields": ("columns; at most 200", text(json.dumps({f"f{n}": 1 for n in range(300)}))),
    "json_that_names_nobody": ("names a customer", text('{"name": "Erika"}\n')),
    "json_in_cp1252": ("not in UTF-8", text('{"reference": "Müller"}\n', "cp1252")),
    "json_in_utf_16": ("no text file", text('{"id": 1}\n', "utf-16")),
}


def _book(*rows: list[object], header: str = "Kundennummer") -> Build:
    def build(path: Path) -> None:
        book = Workbook()
        for row in ([header, "Name", "Geändert"], *rows):
            book.active.append(row)
        book.save(path.with_suffix(".xlsx"))
        path.with_suffix(".xlsx").replace(path)

    return build


def _external_links(path: Path) -> None:
    """A workbook that looks values up in another one, on a server of somebody else's: nothing is ever fetched."""
    cell = '<row r="2"><c r="A2" t="str"><f>[1]Kunden!A1</f><v>4711</v></c></row>'
    write_zip(path, parts(sheet=sheet(cell)))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", '<externalLink><externalBook r:id="r1"/></externalLink>')
        target = 'Target="http://127.0.0.1:9/a.xlsx" TargetMode="External"'
        archive.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels", f"<Relationships><x {target}/></Relationships>"
        )


def _huge_dimension(path: Path) -> None:
    head = BEGIN.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    write_zip(path, parts(sheet=f'{head}{HEADER_ROW}<row r="2"><c r="A2"><v>4711</v></c></row>{END}'))


def _lines(rows: int) -> str:
    return "Kundennummer;Ort\r\n" + "".join(f"K{n:06};Köln\r\n" for n in range(rows))


TWO = "Kundennummer;Name\n4711;Müller\n4712;Öztürk\n"
#: Each with the rows that it has, and with what names the customer of the last one.
HONEST: dict[str, tuple[int, str, Build]] = {
    "excel_with_umlauts": (2, "Ä-2", _book(["Ä-1", "Müller", dt.date(2026, 1, 2)], ["Ä-2", "Größe", None])),
    "excel_with_numbers": (2, "4712", _book([4711, "Müller", 1.5], [4712, "Öztürk", None])),
    "excel_by_mail": (1, "ö@kundin.example", _book(["ö@kundin.example", "", ""], header="E-Mail")),
    "excel_with_external_links": (1, "4711", _external_links),
    "excel_of_a_huge_dimension": (1, "4711", _huge_dimension),
    "semicolons": (2, "4712", text(TWO)),
    "commas": (2, "4712", text(TWO.replace(";", ","))),
    "tabs": (2, "4712", text(TWO.replace(";", "\t"))),
    "cp1252": (2, "4712", text(TWO, "cp1252")),
    "byte_order_mark": (2, "4712", text(TWO, "utf-8-sig")),
    "separator_line": (2, "4712", text(f"sep=;\n{TWO}")),
    "windows_lines": (2, "4712", text(TWO.replace("\n", "\r\n"))),
    "old_mac_lines": (2, "4712", text(TWO.replace("\n", "\r"))),
    "mixed_lines": (2, "4712", text("Kundennummer;Name\r\n4711;Müller\r4712;Öztürk\n")),
    "quoted_newlines": (2, "4712", text('Kundennummer;Name\n4711;"Müller\nund ""Söhne"""\n4712;a\n')),
    "empty_lines": (2, "4712", text(TWO.replace("\n", "\n\n"))),
    "plus_numbers_of_an_export": (1, "+49 221 5554711", text("Telefon\n'+49 221 5554711\n")),
    "json_lines": (2, "4712", text('{"reference": "4711", "name": "Müller"}\n\n{"reference": 4712}\n')),
    "json_of_half_characters": (2, "4712", text('{"reference": "\\ud83d"}\n{"reference": "4712", "a": "\\ud800"}\n')),
    "json_of_odd_numbers": (2, "4712", text('{"id": 1e999999, "a": NaN}\n{"id": 4712, "a": -1' + "0" * 9_000 + "}\n")),
    "json_with_a_mark": (1, "1", text('\ufeff{"id": 1}\n')),
    "100000_rows": (100_000, "K099999", text(_lines(100_000), "cp1252")),
}

"""No honest file is refused: what Excel, LibreOffice and exports write, up to 200,000 rows.

`IMPORT_LONG=1` reads 200,000 rows instead of 20,000, from a workbook and from a text file.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from contacts.customers.importing import limits, reading
from tests.customers.importing.workbooks import BEGIN, END, HEAD, NS, SHEET, Packed, member, parts, sheet, write_zip

ROOT = Path(__file__).resolve().parents[3]
LONG = 200_000 if os.environ.get("IMPORT_LONG") else 20_000


def read(path: Path) -> list[reading.Row]:
    return list(reading.rows(reading.inspect(path)))


def book(path: Path, *rows: list, header: tuple = ("Kundennummer", "Geburtsdatum", "Telefon"), **options) -> Path:
    found = Workbook()
    active = found.active
    for row in (header, *rows):
        active.append(list(row))
    if "change" in options:
        options["change"](found, active)
    found.save(path)
    return path


def test_numbers_are_their_digits_and_days_are_days(tmp_path):
    path = book(
        tmp_path / "a.xlsx",
        [4711, dt.date(1980, 2, 1), "+49 221 123456"],
        ["007", dt.datetime.fromisoformat("2026-01-02T14:05"), ""],
    )
    first, second = read(path)
    assert first.cells == ("4711", "1980-02-01", "+49 221 123456")
    assert first.types == {0: "number", 1: "date"}
    assert second.cells == ("007", "2026-01-02T14:05:00")
    assert second.types == {1: "date"}
    assert (first.number, first.line, second.number, second.line) == (1, 2, 2, 3)


def test_days_since_1904_are_the_same_days(tmp_path):
    def mac(found, _active):
        found.epoch = CALENDAR_MAC_1904

    assert read(book(tmp_path / "a.xlsx", [1, dt.date(1980, 2, 1), ""], change=mac))[0].cells[1] == "1980-02-01"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (4711.5, "decimal number"),
        (12345678901234567, "more than 15 digits"),
        ("=A1+1", "formula"),
    ],
)
def test_what_excel_may_have_changed_is_a_fault_of_the_cell_and_not_of_the_file(tmp_path, value, reason):
    (row,) = read(book(tmp_path / "a.xlsx", [value, None, None]))
    assert reason in row.faults[0].reason and row.faults[0].fix.endswith(".")


def test_an_error_of_excel_and_a_day_that_is_none_are_faults(tmp_path):
    path = tmp_path / "a.xlsx"
    cells = '<row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="B2" s="1"><v>-5</v></c><c r="C2" t="b"><v>1</v></c></row>'
    write_zip(path, parts(sheet=sheet(cells)))
    (row,) = read(path)
    assert set(row.faults) == {0, 1} and row.types[2] == "boolean" and row.cells[2] == "true"


def test_rich_text_comments_merged_cells_and_escapes(tmp_path):
    def decorate(_found, active):
        active["A2"] = CellRichText("47", TextBlock(InlineFont(b=True), "11"))
        active["A2"].comment = Comment("stimmt", "Clara")
        active.merge_cells("B2:C2")
        active["A1"].font = Font(bold=True)
        active["B2"] = "a_x000D_b_x005F_x0041_"  # as Excel writes a carriage return, and _x0041_

    assert read(book(tmp_path / "a.xlsx", ["", "", ""], change=decorate))[0].cells == ("4711", "a\rb_x0041_")


def test_phonetic_readings_and_prefixes_are_not_part_of_the_text(tmp_path):
    path = tmp_path / "a.xlsx"
    reading_aid = '<x:rPh sb="0" eb="2"><x:t>トウキョウ</x:t></x:rPh>'
    strings = f'{HEAD}<x:sst xmlns:x="u"><x:si><x:t>東京</x:t>{reading_aid}</x:si></x:sst>'
    rows = (
        '<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c></x:row><x:row r="3"><x:c r="A3"><x:v>1</x:v></x:c></x:row>'
    )
    write_zip(
        path,
        parts(strings=strings, sheet=f'{HEAD}<x:worksheet xmlns:x="u"><x:sheetData>{rows}</x:sheetData></x:worksheet>'),
    )
    source = reading.inspect(path)
    assert source.header == ("東京",)
    assert next(iter(reading.rows(source))).line == 3


def test_the_first_visible_sheet_is_taken_and_the_others_are_named(tmp_path):
    def more(found, active):
        active.sheet_state = "hidden"
        second = found.create_sheet("Kunden")
        second.append(["Kundennummer"])
        second.append(["5"])
        found.active = 1

    source = reading.inspect(book(tmp_path / "a.xlsx", ["1", "", ""], change=more))
    assert (source.sheet, source.other_sheets, source.rows) == ("Kunden", ("Sheet",), 1)


def test_macros_pictures_and_workbooks_inside_are_never_opened(tmp_path):
    path = book(tmp_path / "a.xlsm", ["1", "", ""])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
        archive.writestr("xl/embeddings/inner.xlsx", b"PK\x03\x04 inner")
        archive.writestr("xl/media/image1.png", b"\x89PNG")
    assert read(path)[0].cells[0] == "1"


def test_formatted_empty_rows_and_columns_do_not_count(tmp_path):
    path = tmp_path / "a.xlsx"
    empty = "".join(
        f'<row r="{line}"><c r="A{line}" s="1"/><c r="XFD{line}" s="1"/></row>' for line in range(3, 20_000)
    )
    write_zip(path, parts(sheet=sheet(f'<row r="2"><c r="A2"><v>1</v></c></row>{empty}')))
    assert [row.cells for row in read(path)] == [("1",)]


def test_200_columns_and_the_longest_cell_of_excel(tmp_path):
    header = tuple(f"c{number}" for number in range(200))
    (row,) = read(book(tmp_path / "a.xlsx", ["x" * 32_767, *["y"] * 199], header=header))
    assert (len(row.cells), len(row.cells[0])) == (200, 32_767)


def test_equal_rows_are_packed_densely_and_are_honest():
    """The densest list there is, every row the same and more than 32 MB of it, keeps far from the limit."""
    cells = "".join(f'<c r="{letter}{{n}}" s="1" t="s"><v>7</v></c>' for letter in "ABCDEFGHIJKLMNOPQRST")
    rows = "".join(f'<row r="{n}">{cells.format(n=n)}</row>' for n in range(1, 55_001))
    content = Packed(before=f"{BEGIN}{rows}{END}".encode())
    ratio = content.size / len(content.data)
    print(f"\n{content.size / 1024**2:.0f} MB, packed to 1/{ratio:.0f}")
    assert content.size > limits.RATIO_FROM
    assert ratio < limits.MAX_RATIO / 3


def test_comments_and_cdata_of_odd_generators_are_read(tmp_path):
    path = tmp_path / "a.xlsx"
    cell = "<c t='inlineStr'><is><t><![CDATA[Müller & Söhne]]></t></is></c>"
    text = f"<!-- made by us --><worksheet {NS}><sheetData><row>{cell}</row></sheetData></worksheet>"
    write_zip(path, parts(sheet=member(SHEET, HEAD + text)))
    assert reading.inspect(path).header == ("Müller & Söhne",)


@pytest.fixture(scope="module")
def long_lists(tmp_path_factory) -> tuple[Path, Path]:
    """The same customers as a workbook and as text."""
    folder = tmp_path_factory.mktemp("long")
    header = ["Kundennummer", "Nachname", "Geburtsdatum", "E-Mail", "Telefon", "Straße", "PLZ", "Ort", "Herkunft"]
    found = Workbook(write_only=True)
    active = found.create_sheet("Kunden")
    active.append(header)
    with (folder / "long.csv").open("w", encoding="cp1252") as text:
        text.write(";".join(header) + "\r\n")
        for n in range(LONG):
            cells = [
                f"K{n:06}",
                f"Müller {n}",
                "",
                f"k{n}@kundin.example",
                f"+49 221 {n:07}",
                f"Weg {n}",
                "01067",
                "Köln",
                "Vertrag",
            ]
            text.write(";".join(cells).replace(";;", ";01.02.1980;") + "\r\n")
            cells[2] = dt.date(1980, 2, 1)  # type: ignore[call-overload]
            active.append(cells)
    found.save(folder / "long.xlsx")
    return folder / "long.xlsx", folder / "long.csv"


@pytest.fixture(scope="module")
def shared_list(tmp_path_factory) -> Path:
    """As Excel itself writes it: every text stands apart and is named by its place."""
    path = tmp_path_factory.mktemp("shared") / "shared.xlsx"
    texts = "".join(f"<si><t>Kundin {n} mit Text</t></si>" for n in range(LONG * 5))
    rows = "".join(
        f'<row r="{n + 2}">{"".join(f"<c t={chr(34)}s{chr(34)}><v>{n * 5 + c}</v></c>" for c in range(5))}</row>'
        for n in range(LONG)
    )
    strings = Packed(before=f"{HEAD}<sst {NS}>{texts}</sst>".encode())
    header = "".join(f'<c t="inlineStr"><is><t>c{c}</t></is></c>' for c in range(5))
    content = Packed(before=f'{BEGIN}<row r="1">{header}</row>{rows}{END}'.encode())
    write_zip(path, parts(strings=strings, sheet=content))
    return path


@pytest.mark.parametrize("place", [0, 1, 2], ids=["workbook", "text", "shared texts"])
def test_a_long_list_is_read_in_bounded_memory(long_lists, shared_list, place):
    script = (
        "import django, re, sys, time; django.setup()\n"
        "from pathlib import Path\nfrom contacts.customers.importing import reading\n"
        "begin = time.perf_counter()\nsource = reading.inspect(Path(sys.argv[1]))\n"
        "rows = sum(1 for _ in reading.rows(source))\n"
        "peak = int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) // 1024\n"
        "print(rows, peak, round(rows * 2 / (time.perf_counter() - begin)))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "-c", script, str([*long_lists, shared_list][place])]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert re.fullmatch(r"\d+ \d+ \d+\n", answer.stdout), answer.stderr[-2000:]
    rows, peak, pace = map(int, answer.stdout.split())
    print(f"\n{rows:,} rows read twice: {pace:,} rows/s, {peak} MiB")
    assert rows == LONG and peak < 150

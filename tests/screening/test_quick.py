"""The quick way through a CSV list reads what the way for all forms of lists reads."""

from __future__ import annotations

import pytest

from contacts.screening import quick, reading

LISTS = {
    "one column": "Kundennummer\n1\n2\n\n   \n3\n",
    "Excel's first line": "sep=;\r\nKundennummer;Telefon\r\n1;\r\n;+49 221 1\r\n",
    "cells over several lines": 'Name,Kundennummer\n"a\nb",1\nc,2\n"d\n\ne",\n',
    "short and empty rows": "ID;Kundennummer;E-Mail\n1\n;2\n;;x@y.example\nx;y\n; ;\n;;\n",
    "apostrophes": "Telefon\n'+49221\n'x\n'\n\"'=1\"\n",
    "quotes": 'Kundennummer;Name\n"1";"a ""b"" c"\n"2 ";x\n',
    "blank lines before the header": "\n\nKundennummer\n1\n",
    "one line without an end": "Kundennummer\n1",
    "nothing but a header": "Kundennummer\n",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_both_ways_read_the_same_rows(tmp_path, text, encoding):
    path = tmp_path / "list.csv"
    path.write_bytes(text.replace("Name", "Straße").encode(encoding))
    source = reading.inspect(path)
    assert list(quick.references(source)) == list(reading.references(source))


def test_a_row_with_a_reference_is_read(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("ID;Telefon\n;'+49221\n7;\n", "utf-8")
    assert [tuple(one) for one in quick.references(reading.inspect(path))] == [(2, "phone", "+49221"), (3, "id", "7")]

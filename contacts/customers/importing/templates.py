"""Empty lists to fill in: a header and nothing else."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from contacts.customers.importing.kinds import Kind
from portal.cells import Table

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
AS_TEXT = "@"  # so that Excel keeps 0221 and 01067 as they are typed


def template(kind: Kind, form: str) -> bytes:
    """The bytes of an empty list: CSV with semicolons and a byte order mark, or a workbook whose columns are text."""
    names = kind.columns.template()
    if form == "csv":
        text = io.StringIO(newline="")
        Table(text).row(names)
        return text.getvalue().encode("utf-8-sig")
    book = Workbook()
    sheet = book.active
    sheet.title = kind.name
    sheet.append(names)
    for place, name in enumerate(names, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].number_format = AS_TEXT
        sheet.column_dimensions[letter].width = max(12, len(name) + 3)
        sheet[f"{letter}1"].font = Font(bold=True)
    sheet.freeze_panes = "A2"
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()

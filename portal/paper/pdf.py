"""One function: a template of `templates/paper` and its words become a PDF.

The template holds the layout and no words: every word comes in as a value, translated by Django. Values enter Typst
as JSON strings, never as markup, so nothing that a person typed can format the page or read a file.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal, cast

import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

#: PDF/UA-1 (ISO 14289-1): tagged and readable aloud.
STANDARD: Literal["ua-1"] = "ua-1"


def render_pdf(template: str, values: dict[str, Any], *, language: str, at: datetime) -> bytes:
    """`templates/paper/<template>.typ` filled with `values` (JSON), as PDF/UA-1.

    `at` is the document's date: the same template, values and date give the same bytes, so their hash can be on
    record. Only the fonts that Typst carries are used, whatever the machine has. A name in a script that no font
    covers cannot be accessible; the page is made all the same then, without the PDF/UA mark. Raises
    typst.TypstError for a broken template.
    """
    folder = settings.BASE_DIR / "templates" / "paper"
    inputs = {"values": json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True), "language": language}
    options: dict[str, Any] = {
        "root": str(folder),
        "ignore_system_fonts": True,
        "font_paths": [],
        "format": "pdf",
        "sys_inputs": inputs,
        "timestamp": int(at.timestamp()),
    }
    try:
        return cast(bytes, typst.compile(str(folder / f"{template}.typ"), pdf_standards=[STANDARD], **options))
    except typst.TypstError as error:
        if "could not be displayed" not in str(error) and "glyph" not in str(error).lower():
            raise
        return cast(bytes, typst.compile(str(folder / f"{template}.typ"), **options))

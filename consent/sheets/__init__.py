"""The evidence sheet of one consent: `reading` collects what is on record, `paper` puts it into words for the PDF."""

from consent.sheets.paper import on_paper
from consent.sheets.reading import Sheet, as_json, sheet_of, sheets_of, wordings_of

__all__ = ["Sheet", "as_json", "on_paper", "sheet_of", "sheets_of", "wordings_of"]
